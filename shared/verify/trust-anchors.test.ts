import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toUtf8 } from '#shared/lib/utf8';
import { formatVerifierKey, verifierKey } from '#shared/log/verifier-key';
import { toPem } from '#shared/pki/pem';
import { openTrust, type Trust } from '../../server/trust/trust.ts';
import { mergeAnchors, noAnchors, parseTrustFile, readTrustFile } from './trust-anchors.ts';

const dir = mkdtempSync(join(tmpdir(), 'trust-anchors-'));
let trust: Trust;
let ca: string;
const key = (kind: 'log' | 'witness', name: string) => {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  return formatVerifierKey(verifierKey(kind, name, Buffer.from(x ?? '', 'base64url')));
};
const log = key('log', 'example.org/log');
const witness = key('witness', 'notary.example');

beforeAll(async () => {
  trust = await openTrust(join(dir, 'trust'), { organisation: 'Test', now: () => new Date() });
  ca = toPem('CERTIFICATE', trust.ca);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('certificates, keys and policy in any order, with comments, CRLF and a byte order mark', () => {
  const text = `\ufeff# our anchors\n${log}\n\n${ca}  witness ${witness}\npolicy witnesses 1\npolicy time-stamps 2\n${toPem('CERTIFICATE', trust.ocspCertificate!)}`;
  for (const spelling of [text, text.replaceAll('\n', '\r\n')]) {
    const anchors = parseTrustFile(spelling);
    expect(anchors.certificates.map(({ der }) => Buffer.from(der))).toEqual([
      Buffer.from(trust.ca),
      Buffer.from(trust.ocspCertificate!),
    ]);
    expect(anchors.logKeys).toEqual([log]);
    expect(anchors.witnessKeys).toEqual([witness]);
    expect(anchors.policy).toEqual({ witnesses: 1, timeStamps: 2 });
  }
});

test('a key says itself whose it is; the label must agree', () => {
  expect(parseTrustFile(witness).witnessKeys).toEqual([witness]);
  expect(() => parseTrustFile(`witness ${log}`)).toThrow(
    expect.objectContaining({ code: 'TRUST_KEY_MALFORMED', entry: 'line 1' }),
  );
});

test('one certificate in DER is a trust file', () => {
  expect(readTrustFile(trust.ca).certificates).toHaveLength(1);
  expect(() => readTrustFile(trust.ca.slice(0, -1))).toThrow(
    expect.objectContaining({ code: 'TRUST_CERTIFICATE_MALFORMED' }),
  );
});

test.each([
  ['', 'TRUST_EMPTY'],
  ['# nothing\n', 'TRUST_EMPTY'],
  ['-----BEGIN CERTIFCATE-----\n', 'TRUST_LINE_UNKNOWN'],
  ['example.org/log', 'TRUST_LINE_UNKNOWN'],
  ['example.org/log+00000000+AQ==', 'TRUST_KEY_MALFORMED'],
  [`${log}x`, 'TRUST_KEY_MALFORMED'],
  ['policy witnesses', 'TRUST_POLICY_MALFORMED'],
  ['policy witnesses -1', 'TRUST_POLICY_MALFORMED'],
  ['policy anything 1', 'TRUST_POLICY_MALFORMED'],
  ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'TRUST_CERTIFICATE_MALFORMED'],
  ['-----BEGIN CERTIFICATE-----\nAAAA\n', 'TRUST_CERTIFICATE_MALFORMED'],
])('%j is refused: %s', (text, code) => {
  expect(() => parseTrustFile(text)).toThrow(expect.objectContaining({ code }));
});

test('what is neither text nor certificate is refused', () => {
  expect(() => readTrustFile(Uint8Array.of(0xff, 0xfe, 0x41))).toThrow(
    expect.objectContaining({ code: 'TRUST_NOT_TEXT' }),
  );
});

test('several files unite; the stricter policy holds', () => {
  const merged = mergeAnchors([
    parseTrustFile(`${ca}${log}\npolicy witnesses 2\n`),
    readTrustFile(toUtf8(`${ca}${witness}\npolicy witnesses 1\n`)),
    noAnchors,
  ]);
  expect(merged.certificates).toHaveLength(1);
  expect(merged.logKeys).toEqual([log]);
  expect(merged.witnessKeys).toEqual([witness]);
  expect(merged.policy).toEqual({ witnesses: 2, timeStamps: 0 });
});
