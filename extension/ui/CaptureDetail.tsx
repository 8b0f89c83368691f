import { useEffect, useRef } from 'preact/hooks';
import type { CaptureView } from '#shared/view/capture-view';
import { beijingTime, utcTime } from '#shared/view/format';
import { ArtefactList } from './ArtefactList.tsx';
import { CaptureActions } from './CaptureActions.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import { Hash } from './Hash.tsx';
import { hostOf } from './host-of.ts';
import { Ledger } from './Ledger.tsx';
import { StateChip } from './StateChip.tsx';
import { StepList } from './StepList.tsx';
import { useLive } from './use-live.ts';
import { useWording } from './wording.ts';

interface Props {
  readonly captureId: string;
  onBack(): void;
}

/** Everything about one capture, live. */
export function CaptureDetail({ captureId, onBack }: Props) {
  const { text } = useWording();
  const view = useLive((reader) => reader.capture(captureId), captureId);
  return (
    <main class="page">
      <button type="button" class="button-link" onClick={onBack}>
        ← {text.back}
      </button>
      {view === undefined ? <p class="hint">{text.checking}</p> : <Detail view={view} />}
    </main>
  );
}

function Detail({ view }: { view: CaptureView }) {
  const { text } = useWording();
  const heading = useRef<HTMLHeadingElement>(null);
  // The list that had the focus is gone: a keyboard or a screen reader goes on here.
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <div class="detail-head">
        <h2 ref={heading} tabIndex={-1}>
          {view.title || hostOf(view.finalUrl)}
        </h2>
        <StateChip state={view.state} />
      </div>
      <p class="url">{view.finalUrl}</p>
      {view.cut && <p class="note note-warn">{text.cut}</p>}
      <ErrorNote error={view.error} />
      <CaptureActions view={view} />
      <section class="card" aria-labelledby="progress-title">
        <h3 id="progress-title">{text.progress}</h3>
        <StepList view={view} />
      </section>
      <section class="card" aria-labelledby="overview-title">
        <h3 id="overview-title">{text.overview}</h3>
        <Facts view={view} />
      </section>
      <ArtefactList captureId={view.captureId} artefacts={view.artefacts} />
      <Ledger entries={view.notCaptured} />
    </>
  );
}

function Facts({ view }: { view: CaptureView }) {
  const { text } = useWording();
  const { bundle, sealed } = view;
  return (
    <dl class="facts">
      <Fact name={text.captureId} value={view.captureId} mono />
      {view.packageId !== undefined && <Fact name={text.packageId} value={view.packageId} mono />}
      <Fact name={text.requestedUrl} value={view.requestedUrl} mono />
      <Instant name={text.startedAt} at={view.startedAt} />
      {view.closedAt !== undefined && <Instant name={text.closedAt} at={view.closedAt} />}
      <Fact name={text.challenge} value={view.challenged ? text.challengeHeld : text.challengeAbsent} />
      {bundle !== undefined && (
        <Fact name={text.anchor} value={view.anchored ? text.anchorHeld : text.anchorAbsent} />
      )}
      {bundle !== undefined && (
        <div>
          <dt>{text.bundleHash}</dt>
          <dd>
            <Hash value={bundle.sha256} of={text.bundleHash} />
          </dd>
        </div>
      )}
      {sealed !== undefined && (
        <div>
          <dt>{text.packageHash}</dt>
          <dd>
            <Hash value={sealed.sha256} of={text.packageHash} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function Fact({ name, value, mono = false }: { name: string; value: string; mono?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={mono ? 'mono' : ''}>{value}</dd>
    </div>
  );
}

/** Beijing time beside UTC, everywhere (design §2). */
function Instant({ name, at }: { name: string; at: number }) {
  const { text } = useWording();
  return (
    <div>
      <dt>{name}</dt>
      <dd class="instant">
        <span>
          {beijingTime(at)} {text.beijing}
        </span>
        <span class="dim">{utcTime(at)}</span>
      </dd>
    </div>
  );
}
