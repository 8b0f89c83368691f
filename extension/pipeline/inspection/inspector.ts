import type { EndReason } from '#shared/environment/end-reason';
import { clockJump, inspectionEnd, type Sighting } from '#shared/environment/inspection-end';
import { makeItem } from '#shared/environment/items';
import type { Sample } from '#shared/environment/observation';
import type { Sha256 } from '#shared/lib/sha256';
import type { BeginInspection } from '../../messages/protocol.ts';
import { beginInspection, endInspection, openInspection, sawAgain } from '../../store/inspections.ts';
import type { CaptureRow, InspectionRow } from '../../store/rows.ts';
import { addOmission, readCapture, updateCapture } from '../../store/update-capture.ts';
import type { CapturingContext } from '../context.ts';
import { PipelineError, wireError } from '../pipeline-error.ts';
import { inspectionItems, readOwnFiles } from './inspection-items.ts';
import { lookAround } from './look-around.ts';
import { sampleService } from './sample-service.ts';

/** The service worker's part of inspections 取证会话: begins and ends them, and keeps looking whether the open one holds. */
export interface Inspector {
  /** An open inspection is superseded. @throws PipelineError INSPECTION_NEEDS_TWO */
  begin(request: BeginInspection): Promise<InspectionRow>;
  /** @throws PipelineError INSPECTION_NOT_OPEN */
  end(): Promise<void>;
  /**
   * Puts a capture under the open inspection, looked at again, or under a new one that nobody attested to. Never
   * rejects: a failure becomes an entry of the ledger.
   */
  forCapture(capture: Pick<CaptureRow, 'id' | 'request'>): Promise<void>;
  /** The page is there; the capture begins in `tabId`. */
  atPage(capture: string, tabId: number): Promise<void>;
  /** The page is done with: what changed meanwhile. */
  afterPage(capture: string): Promise<void>;
  /** Looks whether the open inspection still holds. */
  watch(): Promise<void>;
}

type Begin = Omit<BeginInspection, 'operators'> & Pick<InspectionRow, 'operators'>;

const SAMPLES = 5;
/** Opening a session may take longer than an answer; past this the service counts as away. */
const PATIENCE_MS = 5000;

export function openInspector(context: CapturingContext): Inspector {
  const { database, clock, host } = context;
  const life = clock.context;
  let turn: Promise<unknown> = Promise.resolve();
  /** One after the other: two captures begun at once share one inspection. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };

  const close = async (open: InspectionRow, reason: EndReason) => {
    await endInspection(database, clock, open.id, reason);
    await host.watchRegularly(false);
  };

  const begin = async (request: Begin, begunBy: 'person' | 'capture'): Promise<InspectionRow> => {
    const own = await readOwnFiles(host);
    const samples = await takeSamples(context, 'build' in own ? own.build : undefined);
    const first = await lookAround(context, life, samples);
    const { attested, language, operators, enforcement } = request;
    const items = await inspectionItems({ host, now: clock.now(), samples, own, attested, language });
    const facts = { begunBy, enforcement, operators: [...operators], items, first, last: first };
    const row = await beginInspection(database, clock, facts);
    await host.watchRegularly(true);
    return row;
  };

  /** What goes wrong with looking around never ends a capture. */
  const guarded =
    <Rest extends unknown[]>(work: (id: string, ...rest: Rest) => Promise<void>) =>
    (id: string, ...rest: Rest): Promise<void> =>
      work(id, ...rest).catch((error: unknown) => noteFailure(context, id, error));

  /** The open inspection if it still holds. A sample is taken only for a capture. */
  const holding = async (samples: readonly Sample[], operators?: InspectionRow['operators']) => {
    const open = await openInspection(database);
    if (open === undefined) return undefined;
    const now = await lookAround(context, life, samples);
    const reason = inspectionEnd(open, now, operators);
    if (reason === undefined) {
      await sawAgain(database, open.id, now);
      return open;
    }
    await close(open, reason);
    return undefined;
  };

  return {
    begin: (request) =>
      inTurn(async () => {
        if (request.enforcement && request.operators.filter(isNamed).length < 2)
          throw new PipelineError('INSPECTION_NEEDS_TWO', 'two operators with certificate numbers', {
            entry: 'operators',
          });
        const open = await holding([]);
        if (open !== undefined) await close(open, 'superseded');
        return await begin(request, 'person');
      }),
    end: () =>
      inTurn(async () => {
        const open = await openInspection(database);
        if (open === undefined) throw new PipelineError('INSPECTION_NOT_OPEN', 'no inspection is open');
        await close(open, 'ended');
      }),
    forCapture: ({ id, request }) =>
      inTurn(async () => {
        const before = await openInspection(database);
        const sample = before === undefined ? undefined : await sampleInTime(context);
        const open = await holding(sample === undefined ? [] : [sample], request.makers);
        const found =
          open ??
          (await begin(
            { operators: request.makers, enforcement: false, attested: [], language: 'zh' },
            'capture',
          ));
        const finding =
          open === undefined ? 'just-begun' : sample === undefined ? 'held-unconfirmed' : 'held';
        const evidence = finding === 'held' && sample !== undefined ? { sample } : {};
        await updateCapture(database, clock, id, {
          inspection: found.id,
          checks: [makeItem('recheck', finding, clock.now(), evidence)],
        });
      }).catch((error: unknown) => noteFailure(context, id, error)),
    atPage: guarded(async (id, tabId: number) => {
      const seen = await host.probe.window(tabId);
      const item =
        seen === undefined
          ? makeItem('window', 'not-readable', clock.now(), {})
          : makeItem('window', 'stated', clock.now(), seen);
      const watched = await lookAround(context, life, []);
      await updateCapture(database, clock, id, ({ checks = [] }) => ({ watched, checks: [...checks, item] }));
    }),
    afterPage: guarded(async (id) => {
      const { watched, engineStarted } = await readCapture(database, id);
      if (watched === undefined || engineStarted !== true) return;
      const now = await lookAround(context, life, []);
      const changes = changesBetween(watched, now);
      const passed = {
        wallMs: Math.round(now.at - watched.at),
        monotonicMs: Math.max(0, Math.round(now.mono - watched.mono)),
      };
      const finding = changes.length > 0 ? 'changed' : 'steady';
      const item =
        watched.life === life
          ? makeItem('course', finding, clock.now(), { ...passed, changes })
          : makeItem('course', 'not-followed', clock.now(), { changes: [] });
      await updateCapture(database, clock, id, ({ checks = [] }) => ({ checks: [...checks, item] }));
      await inTurn(() => holding([]));
    }),
    watch: async () => {
      await inTurn(() => holding([]));
    },
  };
}

/** As many as the service answers; none when it is away. */
async function takeSamples(context: CapturingContext, build?: Sha256): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (samples.length < SAMPLES) {
    const sample = await sampleInTime(context, build);
    if (sample === undefined) break;
    samples.push(sample);
  }
  return samples;
}

/** `undefined` when the service does not answer: a page must not wait for it. */
async function sampleInTime(context: CapturingContext, build?: Sha256): Promise<Sample | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  const sample = sampleService(context, build).catch(() => undefined);
  return await Promise.race([sample, late]).finally(() => clearTimeout(timer));
}

function changesBetween(before: Sighting, now: Sighting): EndReason[] {
  const changes: EndReason[] = [];
  if (clockJump(before, now) !== undefined) changes.push('clock-changed');
  if (before.network !== now.network) changes.push('network-changed');
  const known = before.extensions !== undefined && now.extensions !== undefined;
  if (known && before.extensions !== now.extensions) changes.push('extensions-changed');
  return changes;
}

function isNamed({ name, certificate = '' }: InspectionRow['operators'][number]): boolean {
  return name.trim() !== '' && certificate.trim() !== '';
}

/** Best effort: a store that fails says so where it matters. */
async function noteFailure({ database, clock }: CapturingContext, id: string, error: unknown): Promise<void> {
  const { code, message } = wireError(error);
  const detail = `${code}: ${message}`.slice(0, 2000).toWellFormed();
  const omission = { what: 'environment', reason: 'engine-error', detail } as const;
  await addOmission(database, clock, id, omission).catch(() => undefined);
}
