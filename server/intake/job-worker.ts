import { randomUUID } from 'node:crypto';
import { CodedError } from '#shared/lib/errors';
import type { Job } from '../store/jobs.ts';
import type { WaitingReason } from '../store/packages.ts';
import { isDiskFull } from '../store/store-error.ts';
import type { IntakeContext } from './intake-context.ts';
import { processPackage } from './process-package.ts';
import type { Sealer } from './seal-input.ts';

const LEASE_MS = 60_000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 5 * 60_000;
/** Longest pauses while something outside is away: looking whether it is back costs little. */
const LAST_RETRY_FOR: Readonly<Record<string, number>> = {
  WITNESSES_UNAVAILABLE: 10_000,
  TOKEN_UNAVAILABLE: 10_000,
  PIN_REFUSED: 10_000,
  TOO_FEW_TIME_STAMPS: 30_000,
  AUTHORITY_LOST: 30_000,
  STATUS_UNAVAILABLE: 30_000,
  DISK_FULL: 10_000,
  DATABASE_UNAVAILABLE: 10_000,
};
/** How often the table is looked at when nobody wakes the worker. */
const POLL_MS = 5000;

export interface JobWorker {
  start(): void;
  /** A job may have become due. */
  wake(): void;
  /** Takes no further job; resolves when the running one has ended. */
  stop(): Promise<void>;
}

/**
 * Works through the jobs table, one package after the other. A job that fails unexpectedly is set aside with its
 * reason, its package `waiting`, and tried again later, so that one bad package stops nothing else.
 * @param onFailure called with the package id and the error, for the log.
 */
export function createJobWorker(
  context: IntakeContext,
  seal: Sealer,
  onFailure: (packageId: string, error: unknown) => void,
): JobWorker {
  const owner = randomUUID();
  let stopping = false;
  let running: Promise<void> | undefined;
  let woken = false;
  let timer: NodeJS.Timeout | undefined;
  /** Failures the store could not take, on a full disk; without them their jobs would be leased to nobody. */
  const unsaid = new Map<string, () => Promise<void>>();
  const failed = async (job: Job, error: unknown): Promise<void> => {
    onFailure(job.package, error);
    const say = () => putAside(context, job, error);
    await say().catch(() => void unsaid.set(job.package, say));
  };

  const drain = async (): Promise<void> => {
    while (woken && !stopping) {
      woken = false;
      for (const [id, say] of unsaid) {
        await say();
        unsaid.delete(id);
      }
      while (!stopping && (await runNext(context, seal, owner, failed)));
    }
  };
  const wake = (): void => {
    woken = true;
    if (stopping || running !== undefined) return;
    clearTimeout(timer);
    running = drain()
      .catch((error: unknown) => onFailure('-', error))
      .then(() => untilNext(context))
      .then((ms) => {
        running = undefined;
        if (woken) wake();
        else if (!stopping) timer = setTimeout(wake, ms);
      });
  };
  return {
    start: wake,
    wake,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Milliseconds until a job falls due, at most POLL_MS: another process may add one. */
async function untilNext({ store, now }: IntakeContext): Promise<number> {
  const due = await store.jobs.nextDue().catch(() => undefined);
  if (due === undefined) return POLL_MS;
  return Math.min(POLL_MS, Math.max(FIRST_RETRY_MS / 10, due - now().getTime()));
}

async function runNext(
  context: IntakeContext,
  seal: Sealer,
  owner: string,
  failed: (job: Job, error: unknown) => Promise<void>,
): Promise<boolean> {
  const { jobs } = context.store;
  const job = await jobs.claim(owner, context.now().getTime(), LEASE_MS);
  if (job === undefined) return false;
  const lease = setInterval(() => {
    void jobs.renew(job.package, owner, context.now().getTime() + LEASE_MS).catch(() => undefined);
  }, LEASE_MS / 3);
  try {
    await processPackage(context, seal, job.package);
    await jobs.finish(job.package);
  } catch (error) {
    await failed(job, error);
  } finally {
    clearInterval(lease);
  }
  return true;
}

async function putAside({ store, now }: IntakeContext, job: Job, error: unknown): Promise<void> {
  const reason = waitingReason(error);
  await store.packages.setWaiting(job.package, reason);
  await store.jobs.setAside(job.package, reasonOf(error), now().getTime() + retryAfter(job, reason));
}

function retryAfter({ attempts }: Job, { code }: WaitingReason): number {
  const last = Object.hasOwn(LAST_RETRY_FOR, code) ? LAST_RETRY_FOR[code] : undefined;
  return Math.min(last ?? LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 20));
}

/** What the owner of the package is told: our own codes, and nothing of a fault nobody foresaw. */
function waitingReason(error: unknown): WaitingReason {
  if (isDiskFull(error))
    return { code: 'DISK_FULL', entry: null, message: 'the disk of the service is full' };
  if (!(error instanceof CodedError))
    return { code: 'INTERNAL', entry: null, message: 'the service failed; its log says why' };
  const { code, entry, message } = error;
  return { code, entry: entry ?? null, message };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string'
    ? `${error.name} ${code}: ${error.message}`
    : `${error.name}: ${error.message}`;
}
