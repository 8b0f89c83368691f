// Bundles 1 GB of evidence in real Chromium, laid out around the stored files and by JSZip, in turns.
//   npm run bench:bundle -- [--rounds N] [--mb N]
// The code measured is the extension's own, run in its panel on its own database: read, sign, pack, hash, store. Memory is the
// proportional set size of the extension's processes, and of the whole browser, beyond what they had before each run.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { type ExtensionSession, openExtension } from '../test/e2e/extension-session.ts';
import { closedNetwork } from '../test/e2e/run-start.ts';
import { median } from './median.ts';

const FILE_BYTES = 64 * 2 ** 20;
const SAMPLE_MS = 100;
const ways = ['laid out', 'jszip'] as const;
type Way = (typeof ways)[number];

interface Run {
  readonly ms: number;
  /** Bytes beyond those before. */
  readonly extension: number;
  readonly browser: number;
}

async function pageCode(): Promise<string> {
  const input = fileURLToPath(new URL('bundle-page.ts', import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2022', rollupOptions: { input, output: { format: 'iife' } } },
  });
  const [chunk] = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  if (chunk?.type !== 'chunk') throw new Error('no script came of the page');
  return chunk.code;
}

/** Proportional set size of the processes of a group, in bytes; of the extension's own alone, and of all. */
function memory(group: number): { extension: number; browser: number } {
  const sum = { extension: 0, browser: 0 };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) !== group) continue;
      const own = readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--extension-process');
      const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
      const bytes = Number(kilobytes ?? 0) * 1024;
      sum.browser += bytes;
      if (own) sum.extension += bytes;
    } catch (error) {
      // A process may end while it is looked at.
      if (!/ENOENT|ESRCH/.test(String(error))) throw error;
    }
  return sum;
}

async function measure(browser: ExtensionSession, capture: string, way: Way): Promise<Run> {
  await browser.collectGarbage();
  const before = memory(browser.pid);
  const most = { ...before };
  const watch = setInterval(() => {
    const now = memory(browser.pid);
    most.extension = Math.max(most.extension, now.extension);
    most.browser = Math.max(most.browser, now.browser);
  }, SAMPLE_MS);
  const call = `bundlePage.build(${JSON.stringify(capture)}, ${JSON.stringify(way)})`;
  const ms = await browser.evaluate<number>(call).finally(() => clearInterval(watch));
  return { ms, extension: most.extension - before.extension, browser: most.browser - before.browser };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '3' }, mb: { type: 'string', default: '1024' } },
  });
  const files = Math.ceil((Number(values.mb) * 2 ** 20) / FILE_BYTES);
  const site = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<h1>small</h1>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const profile = mkdtempSync(join(tmpdir(), 'tiezheng-bench-'));
  const browser = await openExtension(profile, [closedNetwork]);
  const runs = new Map<Way, Run[]>(ways.map((way) => [way, []]));
  try {
    await browser.ask('service-state');
    const capture = await browser.capture(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await browser.until(capture, ({ state }) => state === 'bundled' || state === 'failed');
    await browser.evaluate(await pageCode());
    for (let n = 1; n <= files; n++)
      await browser.evaluate(`bundlePage.addFile(${JSON.stringify(capture)}, ${n}, ${FILE_BYTES})`);
    for (let round = 1; round <= Number(values.rounds); round++)
      for (const way of round % 2 === 1 ? ways : ways.toReversed()) {
        const run = await measure(browser, capture, way);
        runs.get(way)?.push(run);
        const [extension, all] = [run.extension, run.browser].map((bytes) => Math.round(bytes / 1e6));
        process.stdout.write(
          `round ${round}  ${way.padEnd(8)} ${Math.round(run.ms)} ms  +${extension} MB, browser +${all} MB\n`,
        );
      }
  } finally {
    await browser.close();
    site.close();
    rmSync(profile, { recursive: true, force: true });
  }
  const results = ways.map((way) => {
    const all = runs.get(way) ?? [];
    const of = (key: keyof Run) => median(all.map((run) => run[key]));
    return { way, ms: Math.round(of('ms')), extension: of('extension'), browser: of('browser') };
  });
  process.stdout.write('\n| way | median ms | extension, MB more | browser, MB more |\n|---|---|---|---|\n');
  for (const { way, ms, extension, browser: all } of results)
    process.stdout.write(`| ${way} | ${ms} | ${Math.round(extension / 1e6)} | ${Math.round(all / 1e6)} |\n`);
  const machine = { cores: cpus().length, load: loadavg()[0] };
  process.stdout.write(`${JSON.stringify({ mb: Number(values.mb), machine, results })}\n`);
}

await main();
