// Times captures in real Chromium: from the click to the last artefact stored, to the page as it was found being safe,
// and how long the page stands frozen; with --steps also when the last file of each kind was stored.
//   npm run bench:capture -- [--rounds N] [--steps]
// Pages: `heavy/` and a saved product page of Taobao in the corpus beside this folder. Rounds are interleaved; medians are printed
// as a table and, last, as one line of JSON. The service is not asked: captures end bundled.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serveCorpus } from '../test/e2e/corpus-server.ts';
import { type ExtensionSession, openExtension } from '../test/e2e/extension-session.ts';
import { closedNetwork } from '../test/e2e/run-start.ts';
import { median } from './median.ts';

const origin = 'http://127.0.0.1:8801';
/** Name, address, goals in ms. */
const pages = [
  { name: 'heavy page', url: `${origin}/heavy/`, goal: { stored: 8000, frozen: 4000 } },
  {
    name: 'Taobao item',
    url: `${origin}/pages/opengraph-pages/taobao.html`,
    goal: { stored: 3000, frozen: 4000 },
  },
] as const;

interface Timing {
  /** Click to the capture record stored, which comes after every artefact; ms. */
  readonly stored: number;
  /** Click to the picture of the page as it was found, the last of that set; ms. */
  readonly found: number;
  /** First DOM stored after scripts stopped to the engine's end; ms. */
  readonly frozen: number;
  /** When the last file of each kind was stored, ms after the click, in order. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly artefacts: number;
  readonly bytes: number;
  readonly steps: Readonly<Record<string, number>>;
}

async function timeCapture(browser: ExtensionSession, url: string): Promise<Timing> {
  const { captureId, clicked, tabId } = await browser.evaluate<{
    captureId: string;
    clicked: number;
    tabId: number;
  }>(`(async () => {
    const { id: tabId } = await chrome.tabs.create({ url: ${JSON.stringify(url)} });
    while ((await chrome.tabs.get(tabId)).status !== 'complete') await new Promise((done) => setTimeout(done, 50));
    await new Promise((done) => setTimeout(done, 1000));
    const body = { tabId, mode: 'reload', cookies: false, purpose: '', makers: [] };
    const clicked = Date.now();
    const reply = await chrome.runtime.sendMessage({ to: 'service-worker', type: 'start-capture', body });
    return { captureId: reply.value.captureId, clicked, tabId };
  })()`);
  const over = ({ state }: { state: string }) => state === 'bundled' || state === 'failed';
  const view = await browser.until(captureId, over, 180_000);
  if (view.state === 'failed') throw new Error(`${url}: ${view.error?.code}`);
  const rows = await browser.evaluate<{ kind: string; createdAt: number; bytes: number }[]>(
    storedArtefacts(captureId),
  );
  await browser.evaluate(`chrome.tabs.remove(${tabId})`);
  const last = Math.max(...rows.map(({ createdAt }) => createdAt));
  const dom = Math.min(...rows.filter(({ kind }) => kind === 'dom').map(({ createdAt }) => createdAt));
  const engine = view.steps.find(({ step }) => step === 'capture');
  const ended = engine?.endedAt ?? last;
  const kinds = new Map<string, number>([['engine ended', ended - clicked]]);
  for (const { kind, createdAt } of rows)
    kinds.set(kind, Math.max(kinds.get(kind) ?? 0, createdAt - clicked));
  return {
    stored: last - clicked,
    found: kinds.get('found-screenshot') ?? last - clicked,
    kinds: Object.fromEntries([...kinds].sort(([, a], [, b]) => a - b)),
    frozen: ended - dom,
    artefacts: rows.length,
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    steps: Object.fromEntries(
      view.steps.map(({ step, startedAt, endedAt = startedAt }) => [step, endedAt - startedAt]),
    ),
  };
}

function storedArtefacts(captureId: string): string {
  return `new Promise((resolve, reject) => {
    const open = indexedDB.open('tiezheng');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const rows = open.result.transaction('artefacts').objectStore('artefacts').getAll();
      rows.onsuccess = () => {
        open.result.close();
        resolve(rows.result.filter(({ capture }) => capture === ${JSON.stringify(captureId)})
          .map(({ kind, createdAt, bytes }) => ({ kind, createdAt, bytes })));
      };
    };
  })`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, steps: { type: 'boolean', default: false } },
  });
  const rounds = Number(values.rounds);
  const profile = mkdtempSync(join(tmpdir(), 'tiezheng-bench-'));
  const stop = await serveCorpus();
  const browser = await openExtension(profile, [closedNetwork]);
  const timings = new Map<string, Timing[]>(pages.map(({ name }) => [name, []]));
  try {
    await browser.ask('service-state');
    for (let round = 1; round <= rounds; round++)
      for (const { name, url } of pages) {
        const timing = await timeCapture(browser, url);
        timings.get(name)?.push(timing);
        const { stored, found, frozen, artefacts, bytes, kinds } = timing;
        const size = `${artefacts} files, ${(bytes / 1e6).toFixed(1)} MB`;
        process.stdout.write(
          `round ${round}  ${name.padEnd(12)} stored ${stored} ms  found ${found} ms  frozen ${frozen} ms  ${size}\n`,
        );
        const steps = Object.entries(kinds).map(([kind, at]) => `${kind} ${at}`);
        if (values.steps) process.stdout.write(`  ${steps.join(', ')}\n`);
      }
  } finally {
    await browser.close();
    stop();
    rmSync(profile, { recursive: true, force: true });
  }
  const results = pages.map(({ name, goal }) => {
    const all = timings.get(name) ?? [];
    const of = (key: 'stored' | 'found' | 'frozen') => all.map((timing) => timing[key]);
    return {
      name,
      goal,
      stored: {
        median: median(of('stored')),
        min: Math.min(...of('stored')),
        max: Math.max(...of('stored')),
      },
      found: median(of('found')),
      frozen: {
        median: median(of('frozen')),
        min: Math.min(...of('frozen')),
        max: Math.max(...of('frozen')),
      },
      steps: all.at(-1)?.steps,
    };
  });
  process.stdout.write(
    '\n| page | stored, median (min–max) ms | goal | frozen, median ms | goal | as found safe, median ms |\n|---|---|---|---|---|---|\n',
  );
  for (const { name, stored, found, frozen, goal } of results)
    process.stdout.write(
      `| ${name} | ${stored.median} (${stored.min}–${stored.max}) | ${goal.stored} | ${frozen.median} | ${goal.frozen} | ${found} |\n`,
    );
  const machine = { cores: cpus().length, load: loadavg()[0] };
  process.stdout.write(`${JSON.stringify({ rounds, machine, results })}\n`);
}

await main();
