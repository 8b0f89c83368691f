import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { certificateFacts } from '#shared/seal/certificate/certificate-facts';
import { certificateInput } from '../../test/fixtures/certificate-input.ts';
import { testPng } from '../../test/fixtures/test-png.ts';
import { certificatePdf } from './certificate-pdf.ts';
import { qrContent } from './draw-cover.ts';
import { pngThumbnail } from './png-thumbnail.ts';

const tool = 'pdftotext';
const hasTool = spawnSync(tool, ['-v']).error === undefined;
if (!hasTool) console.warn(`SKIPPED: ${tool} (poppler-utils) is not installed; the certificate is not read`);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The text of a PDF as a reader copies it, white space removed so that line breaks do not matter. */
function read(pdf: Uint8Array): string {
  const file = join(folder, 'certificate.pdf');
  writeFileSync(file, pdf);
  const { stdout, status, stderr } = spawnSync(tool, ['-layout', file, '-'], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.replace(/\s+/g, '');
}

test('the same facts give the same bytes', async () => {
  const facts = certificateFacts(certificateInput());
  const picture = pngThumbnail(testPng(64), 32, 0.75);
  const once = await certificatePdf(facts, picture);
  expect(Buffer.from(once.subarray(0, 8)).toString()).toBe('%PDF-1.7');
  expect(Buffer.compare(once, await certificatePdf(facts, picture))).toBe(0);
  const later = certificateFacts({ ...certificateInput(), sealedAt: Date.UTC(2027, 0, 1) });
  expect(Buffer.compare(once, await certificatePdf(later, picture))).not.toBe(0);
});

test('a document does not depend on those drawn before it', async () => {
  const all = [
    certificateInput({ title: '⼀ 一 𠮷 office', purpose: '⼆'.repeat(300) }),
    certificateInput({ title: '一 ⼀ ffi ofﬁce', purpose: '二'.repeat(300) }),
    certificateInput({ method: 'e\u0301 '.repeat(400), notCaptured: [], redactions: [] }),
  ].map((input) => certificateFacts(input));
  const alone: Uint8Array[] = [];
  for (const facts of all) {
    vi.resetModules();
    const fresh = await import('./certificate-pdf.ts');
    alone.push(await fresh.certificatePdf(facts));
  }
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
  ]) {
    vi.resetModules();
    const together = await import('./certificate-pdf.ts');
    for (const index of [...order, ...order]) {
      const pdf = await together.certificatePdf(all[index] as (typeof all)[number]);
      expect(Buffer.compare(pdf, alone[index] as Uint8Array)).toBe(0);
    }
  }
});

test('the QR code holds package id and both digests in full', () => {
  const facts = certificateFacts(certificateInput());
  expect(qrContent(facts)).toBe(
    `${facts.packageId}\nwacz sha256:${facts.bundle.sha256}\njournal sha256:${facts.journal.sha256}\n`,
  );
});

describe.skipIf(!hasTool)('as a reader sees it', () => {
  test('it states what it must, and nothing it must not', async () => {
    const facts = certificateFacts(certificateInput());
    const text = read(await certificatePdf(facts));
    for (const words of [
      ...['电子数据固定校验报告', '电子数据固定系统', facts.packageId, facts.captureId],
      ...['所列电子数据自2026-11-2212:00:09（北京时间）时起未被更改', '2026-11-2204:00:09UTC'],
      ...['自签(试用)', '可分叉', '设备自报', '服务端所见', '操作人声明', '无法'],
      ...['https://xn--e1afmkfd.example/', '[U+20BB7]野家[U+202E]旗舰店'],
      ...[facts.bundle.sha256, facts.journal.sha256, ...facts.artefacts.map(({ sha256 }) => sha256)],
      ...['https://cdn.example/a.js', 'https://ads.example/frame', '不证明网页内容属实'],
      ...['第1页/共', '张三', '沪市监案〔2026〕17号'],
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/内容真实|公证书/);
  });

  test('a ledger of 800 entries continues over pages without losing one', async () => {
    const notCaptured = Array.from({ length: 800 }, (_, index) => ({
      what: 'resource' as const,
      reason: 'request-failed' as const,
      url: `https://a.example/${'x'.repeat(index % 180)}/${index}.png`,
    }));
    const text = read(await certificatePdf(certificateFacts(certificateInput({ notCaptured }))));
    for (let index = 0; index < 800; index++) expect(text).toContain(`/${index}.png`);
    expect(text).toContain('800.https://a.example/');
  });

  test('values longer than a page are drawn to their end', async () => {
    const title = `开头${'长'.repeat(1990)}结尾`;
    const text = read(await certificatePdf(certificateFacts(certificateInput({ title, purpose: title }))));
    expect(text.match(/结尾/g)).toHaveLength(2);
  });
});
