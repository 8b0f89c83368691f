import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder, hasCorpus } from './corpus-server.ts';
import { openPackage } from './open-package.ts';

interface Row {
  readonly path: string;
  readonly state: string;
  readonly verdict: string | null;
  readonly package: string;
  readonly notCaptured: Record<string, number>;
}

/** Six real saved pages in every run, all of them in the long run. */
const SAMPLE = 6;
const sample = process.env.TIEZHENG_LONG === '1' ? [] : ['--sample', String(SAMPLE)];

describe.skipIf(!hasCorpus())('real saved pages', () => {
  const data = mkdtempSync(join(tmpdir(), 'tiezheng-corpus-'));
  let rows: Row[] = [];

  beforeAll(async () => {
    const child = spawn(process.execPath, [
      resolve('scripts/corpus.mjs'),
      corpusFolder,
      ...sample,
      '--data',
      data,
      '--json',
    ]);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await new Promise((done) => child.once('exit', done));
    rows = output
      .split('\n')
      .filter(Boolean)
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Row);
  }, 1_800_000);
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  test('every page is sealed and valid', () => {
    expect(rows.length).toBeGreaterThanOrEqual(SAMPLE);
    expect(rows.filter((row) => row.state !== 'sealed' || row.verdict !== 'valid')).toEqual([]);
  });

  test('the ledger is truthful: a request without a stored good response has an entry', async () => {
    for (const row of rows.slice(0, 12)) {
      const opened = await openPackage(row.package);
      const record = JSON.parse(await opened.text('evidence/capture.json')) as {
        notCaptured: { what: string; url?: string }[];
      };
      const har = JSON.parse(await opened.text('evidence/network.har')) as {
        log: { entries: { request: { url: string }; response: { status: number } }[] };
      };
      const good = new Set(opened.responses.map((response) => response.url));
      const listed = new Set(
        record.notCaptured
          .filter((entry) => entry.what === 'resource' || entry.what === 'favicon')
          .map((entry) => entry.url),
      );
      const silent = har.log.entries
        .filter(
          ({ request, response }) =>
            /^https?:/.test(request.url) && (response.status >= 400 || !good.has(request.url)),
        )
        .filter(({ request }) => !listed.has(request.url))
        .map(({ request }) => request.url);
      expect(silent, row.path).toEqual([]);
    }
  });
});
