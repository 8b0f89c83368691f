// Captures saved pages through the extension, seals and verifies each, and prints a table.
//   node scripts/corpus.mjs DIR [--sample N] [--only TEXT,…] [--data DIR] [--json]
// --only takes the pages whose path holds one of the texts. DIR holds manifest.jsonl (rows with `path`) and the pages. Exit 0 when every page was sealed and verified.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startBrowser } from './browser.mjs';
import { captureThroughExtension, ensurePaired, fetchPackage, verifyOffline } from './capture-url.mjs';
import { extensionIdOf, openExtensionPage } from './extension-page.mjs';
import { findBrowser } from './find-browser.mjs';
import { servePages } from './serve-pages.mjs';
import { ensureService } from './service-process.mjs';

const extension = fileURLToPath(new URL('../dist/extension/chrome-mv3', import.meta.url));
const closedNetwork = '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost';
const silent = { step: () => undefined };

/** Every k-th row, so that a sample spans all sets of the corpus. */
function sampleOf(rows, count) {
  if (count === undefined || count >= rows.length) return rows;
  return Array.from({ length: count }, (_, index) => rows[Math.floor((index * rows.length) / count)]);
}

function countBy(items, key) {
  const counts = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

async function captureRow(row, { page, service, origin, out, trustFile }) {
  const started = Date.now();
  const url = `${origin}/${row.path.split('/').map(encodeURIComponent).join('/')}`;
  try {
    const view = await captureThroughExtension(page, { url, mode: 'reload', cookies: false }, silent);
    const result = {
      path: row.path,
      state: view.state,
      ms: Date.now() - started,
      error: view.error?.code ?? null,
      notCaptured: countBy(view.notCaptured, ({ what, reason }) => `${what}:${reason}`),
      verdict: null,
    };
    if (view.state !== 'sealed') return result;
    const files = await fetchPackage(service, view, out);
    const report = await verifyOffline(files.package, trustFile);
    return { ...result, id: files.id, package: files.package, verdict: report.verdict };
  } catch (error) {
    return {
      path: row.path,
      state: 'error',
      ms: Date.now() - started,
      error: error.message,
      notCaptured: {},
      verdict: null,
    };
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      only: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (folder === undefined)
    throw new Error('usage: npm run corpus -- DIR [--sample N] [--only TEXT,…] [--data DIR] [--json]');
  const rows = readFileSync(join(folder, 'manifest.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(
      ({ path }) => values.only === undefined || values.only.split(',').some((text) => path.includes(text)),
    );
  const chosen = sampleOf(rows, values.sample === undefined ? undefined : Number(values.sample));

  const dataDir =
    values.data === undefined ? mkdtempSync(join(tmpdir(), 'tiezheng-corpus-')) : resolve(values.data);
  const pages = await servePages(resolve(folder));
  const service = await ensureService({ dataDir });
  const browser = await startBrowser({
    executable: findBrowser(),
    extension,
    profile: join(dataDir, 'browser'),
    headless: true,
    extra: [closedNetwork],
  });
  const results = [];
  try {
    const page = await openExtensionPage(browser.cdp, extensionIdOf(extension));
    await ensurePaired(page, service);
    const trustFile = join(dataDir, 'trust.txt');
    writeFileSync(trustFile, await (await fetch(`${service.url}/trust`)).text());
    for (const row of chosen) {
      const result = await captureRow(row, {
        page,
        service,
        origin: pages.origin,
        out: join(dataDir, 'out'),
        trustFile,
      });
      results.push(result);
      const ledger = Object.entries(result.notCaptured)
        .map(([cause, count]) => `${cause}×${count}`)
        .join(' ');
      const line = `${result.state.padEnd(8)} ${String(result.verdict).padEnd(8)} ${String(result.ms).padStart(6)} ms  ${result.path.slice(-60)}  ${result.error ?? ''} ${ledger}`;
      process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${line}\n`);
    }
  } finally {
    await browser.close();
    await service.stop();
    pages.close();
    if (values.data === undefined && !values.json) rmSync(dataDir, { recursive: true, force: true });
  }
  const sealed = results.filter(({ state, verdict }) => state === 'sealed' && verdict === 'valid').length;
  const timeouts = results.filter(({ notCaptured }) =>
    Object.keys(notCaptured).some((cause) => cause.endsWith(':timeout')),
  ).length;
  const summary = { pages: results.length, sealed, timeouts, dataDir };
  process.stdout.write(
    values.json
      ? `${JSON.stringify(summary)}\n`
      : `${sealed} of ${results.length} sealed and valid, ${timeouts} with timeout\n`,
  );
  return sealed === results.length ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`✗ ${error.message}\n`);
  process.exitCode = 1;
}
