import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder, hasCorpus, serveCorpus } from './corpus-server.ts';
import { type OpenedPackage, openPackage } from './open-package.ts';
import { runStart } from './run-start.ts';

const url = 'http://127.0.0.1:8801/heavy/';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Text of elements only: scripts, styles, comments and attributes do not count. */
function elementText(html: string): string {
  return html
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/<[^>]*>/g, ' ');
}

describe.skipIf(!hasCorpus())('the heavy page, from URL to sealed package in real Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-heavy-'));
  let stop = () => {};
  let run: Awaited<ReturnType<typeof runStart>>;
  let opened: OpenedPackage;

  beforeAll(async () => {
    stop = await serveCorpus();
    run = await runStart([url, '--data', join(folder, 'data'), '--out', join(folder, 'out')]);
    expect(run.stderr).toBe('');
    expect(run.exitCode, JSON.stringify(run.lines.at(-1))).toBe(0);
    opened = await openPackage(run.result.package);
  });
  afterAll(() => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every check of the verifier holds', () => {
    expect(run.result.checks.length).toBeGreaterThan(10);
    expect(run.result.checks.filter((check) => check.status === 'fail')).toEqual([]);
  });

  test('each of the 200 images equals its WARC payload, looked up by URL', () => {
    const stored = new Map(opened.responses.map((response) => [response.url, sha256(response.payload)]));
    const images = readdirSync(join(corpusFolder, 'heavy', 'img')).filter((name) => /^p\d+\.jpg$/.test(name));
    expect(images.length).toBe(200);
    const wrong = images.filter(
      (name) =>
        stored.get(`${url}img/${name}`) !== sha256(readFileSync(join(corpusFolder, 'heavy', 'img', name))),
    );
    expect(wrong).toEqual([]);
  });

  test('the header mark is in a stored response header, the cookie mark nowhere', async () => {
    expect(opened.responses.some((response) => response.httpHeaders.includes('HDR-MARK'))).toBe(true);
    const holders = [];
    for (const [name, entry] of Object.entries(opened.bundle.files)) {
      if (name.endsWith('.gz')) continue;
      if ((await entry.async('string')).includes('COOKIE-MARK')) holders.push(name);
    }
    expect(holders).toEqual([]);
    expect(opened.responses.some((response) => response.httpHeaders.includes('COOKIE-MARK'))).toBe(false);
  });

  test('script-made, framed and shadow text is in element text of the stored DOM', async () => {
    const names = Object.keys(opened.bundle.files).filter((name) => /^evidence\/dom-\d+\.html$/.test(name));
    const text = (await Promise.all(names.map((name) => opened.text(name)))).map(elementText).join('\n');
    for (const mark of [
      'HEAVY-MARK-STATIC',
      'XHR-MARK',
      'FRAME-JS-MARK',
      'XORIGIN-FRAME-MARK',
      'SHADOW-OPEN-MARK',
      'SHADOW-DECL-MARK',
      'SHADOW-CLOSED-MARK',
      'FOOTER-MARK',
    ]) {
      expect(text, mark).toContain(mark);
    }
    expect(await opened.text('evidence/forms.json')).toContain('TYPED-MARK');
  });
});

describe.skipIf(!hasCorpus())('with --cookies', () => {
  test('the cookie is kept and the package still verifies', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-cookie-'));
    const stop = await serveCorpus();
    try {
      const page = 'http://127.0.0.1:8801/heavy/frame.html';
      const run = await runStart([
        page,
        '--data',
        join(folder, 'data'),
        '--out',
        join(folder, 'out'),
        '--cookies',
      ]);
      expect(run.exitCode, `${run.stderr} ${JSON.stringify(run.lines.at(-1))}`).toBe(0);
      const opened = await openPackage(run.result.package);
      expect(await opened.text('evidence/cookies.json')).toContain('COOKIE-MARK');
      expect(opened.responses.some((response) => response.httpHeaders.includes('COOKIE-MARK'))).toBe(true);
    } finally {
      stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
