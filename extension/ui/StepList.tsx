import { useEffect, useState } from 'preact/hooks';
import type { PackageState } from '#shared/api/schemas';
import type { CaptureView, StepView } from '#shared/view/capture-view';
import { byteCount, duration } from '#shared/view/format';
import type { Language } from '#shared/view/language';
import { packageStateTexts, stepTexts } from '#shared/view/text/capture-words';
import { useWording } from './wording.ts';

const TICK_MS = 200;
const broken: ReadonlySet<string> = new Set(['failed', 'refused']);
const over: ReadonlySet<string> = new Set(['sealed', 'refused', 'failed', 'discarded']);

/** The steps so far with their times; the running one counts on. */
export function StepList({ view }: { view: CaptureView }) {
  const ended = over.has(view.state);
  const now = useNow(!ended);
  return (
    <ol class="steps" aria-live="polite" aria-relevant="additions">
      {view.steps.map((step) => (
        <Step
          key={`${step.step} ${step.startedAt}`}
          step={step}
          now={now}
          state={ended ? (broken.has(view.state) && step === view.steps.at(-1) ? 'failed' : 'done') : 'open'}
        />
      ))}
    </ol>
  );
}

interface StepProps {
  readonly step: StepView;
  readonly now: number;
  readonly state: 'open' | 'done' | 'failed';
}

function Step({ step, now, state }: StepProps) {
  const { language, text } = useWording();
  const running = step.endedAt === undefined && state === 'open';
  const took = (step.endedAt ?? (running ? now : step.startedAt)) - step.startedAt;
  const tone = running ? 'step-running' : `step-${state}`;
  return (
    <li class={`step ${tone}`}>
      <span class="step-name">
        {stepTexts[step.step][language]}
        {running && (
          <span class="step-at">
            {progressText(step, (at) => serviceWord(at, language) ?? text.engineSteps[at] ?? at)}
          </span>
        )}
      </span>
      {running && step.total !== undefined && step.total > 0 && (
        <progress value={step.done ?? 0} max={step.total} aria-label={stepTexts[step.step][language]} />
      )}
      <span class="step-time">{duration(took)}</span>
    </li>
  );
}

function progressText({ step, at, done, total }: StepView, nameOf: (at: string) => string): string {
  const name = at === undefined ? '' : nameOf(at);
  if (done === undefined) return name;
  const shown = step === 'upload' ? byteCount(done) : String(done);
  const whole = total === undefined ? '' : ` / ${step === 'upload' ? byteCount(total) : total}`;
  return [name, `${shown}${whole}`].filter(Boolean).join(' ');
}

function serviceWord(at: string, language: Language): string | undefined {
  return Object.hasOwn(packageStateTexts, at) ? packageStateTexts[at as PackageState][language] : undefined;
}

function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
