import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CodedError } from '#shared/lib/errors';
import { toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { toPem } from '#shared/pki/pem';
import { nodePorts } from '../../server/store/node-ports.ts';
import { openTrust, type Trust } from '../../server/trust/trust.ts';
import { type PadesInput, signPdf } from './pades.ts';
import { parsePdfDictionary } from './pdf-dictionary.ts';
import { verifyPades } from './verify-pades.ts';

const dir = mkdtempSync(join(tmpdir(), 'pades-'));
let trust: Trust;
let plain: Uint8Array;
let signed: Uint8Array;
let anchors: Certificate[];

const run = (...args: [string, ...string[]]): string =>
  execFileSync('sh', ['-c', `${args.join(' ')} 2>&1`], { encoding: 'utf8', cwd: dir });
const has = (command: string): boolean => {
  try {
    run('command', '-v', command);
    return true;
  } catch {
    console.warn(`SKIPPED: ${command} is not installed`);
    return false;
  }
};

function drawPdf(draw: (pdf: PDFKit.PDFDocument) => void): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const pdf = new PDFDocument({ info: { Title: '电子数据固定校验报告 (trial)' }, lang: 'zh-CN' });
    const chunks: Uint8Array[] = [];
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    draw(pdf);
    pdf.end();
  });
}

const input = (): PadesInput => ({
  signer: trust.signer,
  chain: trust.signer.chain,
  stamp: trust.authorities[0]!.stamp,
  signingTime: Date.now(),
  reason: '封存',
});

beforeAll(async () => {
  trust = await openTrust(join(dir, 'trust'), { organisation: 'Test', now: () => new Date() });
  anchors = [trust.ca, ...trust.authorities[0]!.roots].map(parseCertificate);
  plain = await drawPdf((pdf) => {
    pdf.text('certificate').link(10, 10, 50, 50, 'https://example.org/');
    pdf.addPage().text('second page');
  });
  signed = await signPdf(plain, input());
  writeFileSync(join(dir, 'signed.pdf'), signed);
  writeFileSync(join(dir, 'ca.pem'), toPem('CERTIFICATE', trust.ca));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('verifies to the anchor, and the given bytes stay the beginning', async () => {
  const verified = await verifyPades(nodePorts, signed, { anchors });
  expect(verified.anchor?.der).toEqual(trust.ca);
  expect(Math.abs((verified.embeddedTimeStamp?.genTime ?? 0) - Date.now())).toBeLessThan(20_000);
  expect(signed.subarray(0, plain.length)).toEqual(plain);
});

test('refuses changed, cut and appended bytes with a code', async () => {
  const missed: number[] = [];
  for (let at = 0; at < signed.length; at += 97) {
    const flipped = new Uint8Array(signed);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    try {
      await verifyPades(nodePorts, flipped, { anchors });
      missed.push(at);
    } catch (error) {
      expect(error, `byte ${at}`).toBeInstanceOf(CodedError);
    }
  }
  expect(missed).toEqual([]);
  const longer = verifyPades(nodePorts, Uint8Array.of(...signed, 10), { anchors });
  await expect(longer).rejects.toMatchObject({ code: 'PDF_NOT_COVERED' });
  await expect(verifyPades(nodePorts, plain)).rejects.toMatchObject({ code: 'PDF_NOT_SIGNED' });
});

test('refuses to sign twice, and what is not a PDF', async () => {
  await expect(signPdf(signed, input())).rejects.toMatchObject({ code: 'PDF_UNSUPPORTED' });
  await expect(signPdf(toUtf8('no PDF'), input())).rejects.toMatchObject({ code: 'PDF_MALFORMED' });
  await expect(signPdf(plain.subarray(0, 900), input())).rejects.toMatchObject({ code: 'PDF_MALFORMED' });
});

test('a token that does not fit its place is refused, not cut', async () => {
  const chain = Array.from({ length: 30 }, () => trust.ca);
  await expect(signPdf(plain, { ...input(), chain })).rejects.toMatchObject({ code: 'SIGNATURE_TOO_LARGE' });
});

test('reads dictionaries with every kind of value, and refuses malformed ones', () => {
  const text = '<</A /B/C[1 0 R<</D (x\\)(y) >> )>>]/E <00ff>/F 12 0 R /G -1.5/H<< /I true >> >> tail';
  expect([...parsePdfDictionary(text)]).toEqual([
    ['A', '/B'],
    ['C', '[1 0 R<</D (x\\)(y) >> )>>]'],
    ['E', '<00ff>'],
    ['F', '12 0 R'],
    ['G', '-1.5'],
    ['H', '<< /I true >>'],
  ]);
  for (const bad of ['', '<<', '<< /A', '<< /A [', '<< A 1 >>', '<< /A (x >>', '<< /A 1 /A 2 >>', '<< /A >>'])
    expect(() => parsePdfDictionary(bad), bad).toThrow(expect.objectContaining({ code: 'PDF_MALFORMED' }));
});

test.skipIf(!has('pdfsig'))('pdfsig finds a valid signature over the whole document', () => {
  const report = run('pdfsig', '-nocert', 'signed.pdf');
  expect(report).toContain('Signature Validation: Signature is Valid.');
  expect(report).toContain('Total document signed');
  expect(report).toContain('ETSI.CAdES.detached');
});

test.skipIf(!has('pdfsig') || !has('certutil'))('pdfsig trusts it when NSS trusts the root', () => {
  run('mkdir', 'nss', '&&', 'certutil', '-N', '-d', 'sql:nss', '--empty-password');
  run('certutil', '-A', '-d', 'sql:nss', '-n', 'ca', '-t', 'CT,C,C', '-i', 'ca.pem');
  expect(run('pdfsig', '-nssdir', 'sql:nss', 'signed.pdf')).toContain('Certificate is Trusted');
});

test.skipIf(!has('qpdf'))('qpdf finds no fault', () => {
  expect(run('qpdf', '--check', 'signed.pdf')).toMatch(/No syntax or stream encoding errors found/);
});
