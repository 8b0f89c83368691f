import { postponeJob } from '../store/jobs.ts';
import type { CaptureRow } from '../store/rows.ts';
import { endSteps, finishedStates, readCapture, updateCapture } from '../store/update-capture.ts';
import { anchorJournal } from './anchor.ts';
import { awaitSeal } from './await-seal.ts';
import { buildFacts } from './build-facts.ts';
import { buildRecording } from './build-recording.ts';
import { buildBundle } from './bundle.ts';
import { closeRecord } from './close-record.ts';
import type { FinishingContext } from './context.ts';
import { buildEnvironment } from './inspection/build-environment.ts';
import { buildNetworkRecord } from './network-record.ts';
import { wireError } from './pipeline-error.ts';
import { uploadBundle } from './upload.ts';

/**
 * One way a capture moves on. When it resolves the row says so; a killed context runs it again. `later`: nothing
 * failed, but the service needs its time.
 */
type FinishingStep = (context: FinishingContext, capture: CaptureRow) => Promise<'later' | undefined>;

/** What is owed to a capture in each state that is not an end. */
const owed: Partial<Record<CaptureRow['state'], FinishingStep>> = {
  draft: async (context, capture) => {
    if (capture.recording?.held === true) return 'later';
    await buildRecording(context, capture);
    await buildNetworkRecord(context, capture);
    await buildFacts(context, capture);
    await buildEnvironment(context, await readCapture(context.database, capture.id));
    await closeRecord(context, await readCapture(context.database, capture.id));
    return undefined;
  },
  captured: anchorJournal,
  anchored: buildBundle,
  bundled: uploadBundle,
  uploaded: awaitSeal,
};

/** Failures that trying again cannot mend: the capture stops there, with all it has stored. */
const final: ReadonlySet<string> = new Set(['BUNDLE_TOO_LARGE', 'BUNDLE_FAILED', 'SEALED_BUNDLE_DIFFERS']);
/** A fault of our own is tried again this often before it counts as final. */
const INTERNAL_TRIES = 3;
const BACKOFF_MS = [1000, 3000, 10_000, 30_000, 60_000, 300_000] as const;
/** Shorter waits are waited out here; after longer ones the service worker's alarm comes back to the job. */
const PATIENCE_MS = 5000;
const LATER_MS = 30_000;

/**
 * Takes a capture whose engine part is over as far as it will go now. Failures that may pass are stored with the
 * capture and tried again, at once or at the job's next turn; nothing stored is ever dropped because of one.
 */
export async function finishCapture(context: FinishingContext, id: string): Promise<void> {
  const { database, clock, sleep } = context;
  for (;;) {
    const capture = await readCapture(database, id);
    const step = owed[capture.state];
    if (step === undefined) return;
    const wait = await tryStep(context, capture, step);
    if (wait === undefined) continue;
    await postponeJob(database, id, clock.now() + wait.ms, wait.tries);
    if (wait.ms > PATIENCE_MS) return;
    await sleep(wait.ms);
  }
}

/** @returns how long to wait and how often in a row the step has failed; `undefined` when it went through */
async function tryStep(
  context: FinishingContext,
  capture: CaptureRow,
  step: FinishingStep,
): Promise<{ ms: number; tries: number } | undefined> {
  const { database, clock } = context;
  const { id } = capture;
  const tries = ((await database.jobs.get(id))?.tries ?? 0) + 1;
  try {
    const outcome = await step(context, capture);
    await updateCapture(database, clock, id, (row) => ({
      error: row.state === 'refused' ? row.error : undefined,
      steps: finishedStates.has(row.state) ? endSteps(row.steps, clock.now()) : row.steps,
    }));
    if (outcome === 'later') return { ms: LATER_MS, tries: 0 };
    await postponeJob(database, id, clock.now(), 0);
    return undefined;
  } catch (thrown) {
    const error = wireError(thrown);
    if (final.has(error.code) || (error.code === 'INTERNAL' && tries >= INTERNAL_TRIES)) {
      const entry = { event: 'capture-failed', detail: { code: error.code } } as const;
      await updateCapture(database, clock, id, { state: 'failed', error }, entry);
      return undefined;
    }
    // One entry for each kind of failure, not for each try.
    const isNew = capture.state === 'bundled' && capture.error?.code !== error.code;
    const entry = { event: 'upload-failed', detail: { code: error.code } } as const;
    await updateCapture(database, clock, id, { error }, isNew ? entry : undefined);
    return { ms: BACKOFF_MS[Math.min(tries, BACKOFF_MS.length) - 1] ?? LATER_MS, tries };
  }
}
