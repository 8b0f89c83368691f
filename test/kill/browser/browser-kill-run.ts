import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseTrustFile, type TrustAnchors } from '#shared/verify/trust-anchors';
import { extensionIdOf } from '../../../scripts/extension-page.mjs';
import { serveCaptureSite } from '../../e2e/capture-site.ts';
import { type ExtensionSession, openExtension } from '../../e2e/extension-session.ts';
import { type RunningService, startService } from '../../e2e/start-service.ts';
import { type Acknowledged, pollAcknowledged } from './acknowledged-poll.ts';
import { deviceFaults } from './device-state.ts';
import { openSealedCapture } from './sealed-capture.ts';

/** Figures of one run. */
export interface BrowserKillRun {
  readonly kills: number;
  readonly sealed: number;
  /** Of the sealed ones, how many say that they were cut. */
  readonly cut: number;
  /** Killed before anything of the page was stored: a failure with its number. */
  readonly failed: number;
  readonly acknowledgedArtefacts: number;
  readonly acknowledgedChunks: number;
  /** Longest stretch of a recording between its last stored moment and the kill, ms. */
  readonly longestMissingMs: number;
  /** One line for everything that was acknowledged and is gone, altered or silent. */
  readonly lost: readonly string[];
}

export type KilledKind = 'page' | 'recording';

const extension = fileURLToPath(new URL('../../../dist/extension/chrome-mv3', import.meta.url));
const FLAGS = [
  `--allowlisted-extension-id=${extensionIdOf(extension)}`,
  '--autoplay-policy=no-user-gesture-required',
];
/** A cut recording has at most the chunk under way less; it lasts five seconds, and storing takes its time. */
const CHUNK_MS = 5000;
const RECORDED_MS = [3000, 17_000] as const;
/** The first kill of a run comes when a chunk is surely stored. */
const FIRST_RECORDED_MS = 12_000;
const END_LIMIT_MS = 180_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Killed {
  readonly captureId: string;
  readonly acknowledged: Acknowledged;
  readonly killedAt: number;
}

/**
 * Kills a browser (SIGKILL of its whole process group) at random moments of captures of one kind, on one profile,
 * against one service; after each it is started again and everything acknowledged is looked for in the sealed package.
 */
export async function browserKillRun(
  kind: KilledKind,
  kills: number,
  onKill: (count: number, figures: BrowserKillRun) => void = () => {},
): Promise<BrowserKillRun> {
  const folder = await mkdtemp(join(tmpdir(), 'browser-kill-'));
  const profile = join(folder, 'browser');
  const site = await serveCaptureSite();
  const service = await startService({ dataDir: join(folder, 'data') });
  const tally = newTally(kills);
  let browser = await openExtension(profile, FLAGS);
  try {
    await browser.ask('pair', { origin: service.url, code: await service.pairingCode(), name: 'test' });
    const anchors = parseTrustFile(await (await fetch(`${service.url}/trust`)).text());
    const page = kind === 'page' ? `${site.origin}/heavy` : `${site.origin}/live`;
    const lifeMs = kind === 'page' ? await timeToSeal(browser, page) : undefined;
    for (let count = 1; count <= kills; count++) {
      const killed =
        lifeMs === undefined
          ? await killRecording(browser, page, count === 1)
          : await killPage(browser, page, lifeMs);
      browser = await openExtension(profile, FLAGS);
      await examine({ browser, service, anchors }, kind, killed, tally);
      tally.lost.push(...(await deviceFaults(browser)).map((fault) => `${killed.captureId}: ${fault}`));
      onKill(count, tally);
    }
    return tally;
  } finally {
    await browser.close();
    await service.stop();
    site.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Tally = { -readonly [Key in keyof BrowserKillRun]: BrowserKillRun[Key] } & { lost: string[] };

function newTally(kills: number): Tally {
  return {
    ...{ kills, sealed: 0, cut: 0, failed: 0, acknowledgedArtefacts: 0, acknowledgedChunks: 0 },
    ...{ longestMissingMs: 0, lost: [] },
  };
}

/** How long a capture takes when it is left alone: kills are spread over that time. */
async function timeToSeal(browser: ExtensionSession, page: string): Promise<number> {
  const began = Date.now();
  const id = await browser.capture(page);
  const { state } = await browser.ended(id, END_LIMIT_MS);
  if (state !== 'sealed') throw new Error(`left alone, ${id} is ${state}`);
  return Date.now() - began;
}

async function killPage(browser: ExtensionSession, page: string, lifeMs: number): Promise<Killed> {
  const captureId = await browser.capture(page);
  return await killAfter(browser, captureId, Math.random() * lifeMs);
}

async function killRecording(browser: ExtensionSession, page: string, first: boolean): Promise<Killed> {
  const tabId = await browser.evaluate<number>(`(async () => {
    const { id } = await chrome.tabs.create({ url: ${JSON.stringify(page)} });
    while ((await chrome.tabs.get(id)).status !== 'complete') await new Promise((r) => setTimeout(r, 50));
    return id;
  })()`);
  const { captureId } = await browser.ask('start-recording', { tabId, purpose: '', makers: [] });
  const [least, most] = RECORDED_MS;
  const ms = first ? FIRST_RECORDED_MS : least + Math.random() * (most - least);
  return await killAfter(browser, captureId, ms);
}

async function killAfter(browser: ExtensionSession, captureId: string, ms: number): Promise<Killed> {
  const { acknowledged, stop } = pollAcknowledged(browser, captureId);
  await pause(ms);
  const stopped = stop();
  const killedAt = Date.now();
  await browser.kill();
  await stopped;
  return { captureId, acknowledged, killedAt };
}

interface Restarted {
  readonly browser: ExtensionSession;
  readonly service: RunningService;
  readonly anchors: TrustAnchors;
}

async function examine(
  { browser, service, anchors }: Restarted,
  kind: KilledKind,
  { captureId, acknowledged, killedAt }: Killed,
  tally: Tally,
): Promise<void> {
  const lose = (what: string) => tally.lost.push(`${captureId}: ${what}`);
  tally.acknowledgedArtefacts += acknowledged.artefacts.size;
  tally.acknowledgedChunks += acknowledged.chunks.size;
  const view = await browser.ended(captureId, END_LIMIT_MS);
  const events = await browser.journal(captureId);
  if (view.state !== 'sealed') {
    tally.failed++;
    const ofPage = [...acknowledged.artefacts.keys()].filter((path) => path !== 'evidence/challenge.json');
    if (view.state !== 'failed' || ofPage.length + acknowledged.chunks.size > 0)
      lose(`${view.state} with ${ofPage.join()} stored: ${JSON.stringify(view.error)}`);
    if (!events.includes('capture-failed') || !events.includes('cut-found')) lose('failed in silence');
    return;
  }
  tally.sealed++;
  const sealed = await openSealedCapture(service.dataDir, view.packageId ?? '', anchors);
  if (sealed.verdict !== 'valid') lose(`${sealed.verdict}: ${sealed.faults.join()}`);
  for (const [path, sha256] of acknowledged.artefacts)
    if (sealed.digests.get(path) !== sha256) lose(`${path} is gone or altered`);
  for (const [index, sha256] of acknowledged.chunks)
    if (sealed.chunks.get(index) !== sha256) lose(`chunk ${index} is gone or altered`);
  checkCut(sealed, kind, tally, lose);
  if (acknowledged.recordingFrom === undefined) return;
  const missing = killedAt - acknowledged.recordingFrom - sealed.recordedMs;
  tally.longestMissingMs = Math.max(tally.longestMissingMs, missing);
  if (missing > 2 * CHUNK_MS) lose(`the last ${missing} ms of the recording are missing`);
}

/** Either the record and its journal say that the capture was cut, or nothing of it is missing. */
function checkCut(
  { record, journal }: Awaited<ReturnType<typeof openSealedCapture>>,
  kind: KilledKind,
  tally: Tally,
  lose: (what: string) => void,
): void {
  const listed = record.notCaptured.some(({ what }) => what === 'capture' || what === 'recording');
  const journalled = journal.some(({ event }) => event === 'cut-found');
  if (listed !== journalled) lose(`cut in the ${listed ? 'record' : 'journal'} only`);
  if (listed) tally.cut++;
  const kinds = new Set(record.artefacts.map((artefact) => artefact.kind));
  const whole = kind === 'page' && kinds.has('screenshot') && kinds.has('mhtml') && kinds.has('dom');
  if (!listed && !whole) lose('incomplete, and nothing says so');
}
