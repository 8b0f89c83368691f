import { useEffect, useState } from 'preact/hooks';
import type { CaptureView, StepView } from '#shared/view/capture-view';
import { byteCount, duration } from '#shared/view/format';
import { stepTexts } from '#shared/view/text/capture-words';
import { useWording } from './wording.ts';

const TICK_MS = 200;
const over: ReadonlySet<string> = new Set(['sealed', 'refused', 'failed', 'discarded']);

/** The steps so far with their times; the running one counts on. */
export function StepList({ view }: { view: CaptureView }) {
  const ended = over.has(view.state);
  const now = useNow(!ended);
  return (
    <ol class="steps" aria-live="polite" aria-relevant="additions">
      {view.steps.map((step) => (
        <Step key={`${step.step} ${step.startedAt}`} step={step} now={now} over={ended} />
      ))}
    </ol>
  );
}

function Step({ step, now, over: ended }: { step: StepView; now: number; over: boolean }) {
  const { language } = useWording();
  const running = step.endedAt === undefined && !ended;
  const took = (step.endedAt ?? (ended ? step.startedAt : now)) - step.startedAt;
  return (
    <li class={running ? 'step step-running' : 'step'}>
      <span class="step-name">
        {stepTexts[step.step][language]}
        {running && <span class="step-at">{progressText(step)}</span>}
      </span>
      {running && step.total !== undefined && step.total > 0 && (
        <progress value={step.done ?? 0} max={step.total} aria-label={stepTexts[step.step][language]} />
      )}
      <span class="step-time">{duration(took)}</span>
    </li>
  );
}

function progressText({ step, at, done, total }: StepView): string {
  if (done === undefined) return at ?? '';
  const shown = step === 'upload' ? byteCount(done) : String(done);
  const whole = total === undefined ? '' : ` / ${step === 'upload' ? byteCount(total) : total}`;
  return [at, `${shown}${whole}`].filter(Boolean).join(' ');
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
