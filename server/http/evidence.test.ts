import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CaseAnswer, casesAnswer } from '#shared/api/schemas';
import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { fromHex } from '#shared/lib/hex';
import { type Sha256, sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { parseCertificate } from '#shared/pki/certificate';
import { toPem } from '#shared/pki/pem';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import type { DeviceClient } from '../../test/fixtures/device-client.ts';
import { hasOpenssl } from '../../test/fixtures/has-openssl.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { pairedClient } from './testing/paired-client.ts';

let service: TestApp;
let client: DeviceClient;
let url = '';
beforeAll(async () => {
  service = await openTestApp();
  url = await service.listen();
  client = await pairedClient(service, url);
});
afterAll(() => service.close());

const head = (n: number) => sha256Hex(toUtf8(`head ${n}`));
const anchors = () => service.trust.authorities[0]!.roots.map(parseCertificate);
/** What a stranger runs: `openssl ts -verify`. */
function opensslVerify(data: Uint8Array, token: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'ts-'));
  try {
    const [authority] = service.trust.authorities;
    writeFileSync(join(folder, 'data'), data);
    writeFileSync(join(folder, 'token'), token);
    writeFileSync(join(folder, 'ca'), toPem('CERTIFICATE', authority!.roots[0]!));
    writeFileSync(join(folder, 'tsa'), toPem('CERTIFICATE', authority!.certificates[0]!));
    const options = ['-data', 'data', '-in', 'token', '-CAfile', 'ca', '-untrusted', 'tsa'];
    return execFileSync('openssl', ['ts', '-verify', ...options], { cwd: folder, stdio: 'pipe' }).toString();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a challenge is stamped over its canonical form, logged, and the same when asked again', async () => {
  const request = { sequence: 1, journalHead: head(1), journalSeq: 1 };
  const file = await client.challenge(request);
  expect(file.challenge).toMatchObject({ ...request, version: 1, device: client.device.id });
  const bytes = toUtf8(canonicalJson(file.challenge));
  const { genTime, anchor } = await verifyTimeStamp(nodePorts, fromBase64(file.token), {
    digest: sha256(bytes),
    anchors: anchors(),
  });
  expect(anchor).toBeDefined();
  expect(Math.abs(genTime - Date.parse(file.challenge.issuedAt))).toBeLessThan(5000);
  const leaf = leafBytes({ type: 'evidence-challenge/v1', challenge: sha256Hex(bytes) });
  await verifyTlogProof(nodePorts, file.proof, leaf, { logKeys: [service.log.vkey] });
  expect(await client.challenge(request)).toEqual(file);
});

test('a number has one challenge', async () => {
  const forking = await pairedClient(service, url);
  await forking.challenge({ sequence: 5, journalHead: head(5), journalSeq: 5 });
  const second = { sequence: 5, journalHead: head(6), journalSeq: 6 };
  await expect(forking.challenge(second)).rejects.toMatchObject({
    code: 'CHALLENGE_NUMBER_TAKEN',
    status: 409,
  });
  await expect(forking.challenge(second)).rejects.toMatchObject({ code: 'DEVICE_SUSPENDED' });
  for (const bad of [
    { sequence: 0, journalHead: head(1), journalSeq: 1 },
    { sequence: 1.5, journalHead: head(1), journalSeq: 1 },
    { sequence: '1', journalHead: head(1), journalSeq: 1 },
    { sequence: 1, journalHead: 'x', journalSeq: 1 },
  ])
    await expect(client.json('/challenges', bad)).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
});

test('the same request many times at once gives one challenge', async () => {
  const request = { sequence: 7, journalHead: head(7), journalSeq: 7 };
  const files = await Promise.all([1, 2, 3, 4].map(() => client.challenge(request)));
  expect(new Set(files.map(({ challenge }) => challenge.nonce)).size).toBe(1);
});

test('two hashes for one journal number suspend the device', async () => {
  const forking = await pairedClient(service, url);
  await forking.challenge({ sequence: 1, journalHead: head(1), journalSeq: 3 });
  await expect(forking.challenge({ sequence: 2, journalHead: head(2), journalSeq: 3 })).rejects.toMatchObject(
    {
      code: 'JOURNAL_FORK',
    },
  );
  await expect(forking.challenge({ sequence: 3, journalHead: head(9), journalSeq: 9 })).rejects.toMatchObject(
    {
      code: 'DEVICE_SUSPENDED',
    },
  );
});

test('a journal that went back behind an earlier number suspends the device', async () => {
  const rolledBack = await pairedClient(service, url);
  await rolledBack.challenge({ sequence: 8, journalHead: head(80), journalSeq: 80 });
  await expect(
    rolledBack.challenge({ sequence: 9, journalHead: head(3), journalSeq: 3 }),
  ).rejects.toMatchObject({ code: 'JOURNAL_FORK' });
  await expect(rolledBack.anchor('ab'.repeat(32))).rejects.toMatchObject({ code: 'DEVICE_SUSPENDED' });
});

test('a number that ended without a package is logged once, and not under two journal heads', async () => {
  const closing = { sequence: 1, outcome: 'discarded', journalHead: head(4), journalSeq: 4 } as const;
  const closer = await pairedClient(service, url);
  const { proof } = await closer.json<{ proof: string }>('/closings', closing);
  const digest = sha256Hex(toUtf8(canonicalJson({ device: closer.device.id, ...closing })));
  const leaf = leafBytes({ type: 'evidence-closing/v1', closing: digest });
  await verifyTlogProof(nodePorts, proof, leaf, { logKeys: [service.log.vkey] });
  expect(await closer.json('/closings', { ...closing, outcome: 'failed' })).toEqual({ proof });
  for (const bad of [
    { ...closing, sequence: 0 },
    { ...closing, outcome: 'lost' },
    { ...closing, more: 1 },
  ])
    await expect(closer.json('/closings', bad)).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
  await expect(
    closer.json('/closings', { ...closing, sequence: 2, journalHead: head(5) }),
  ).rejects.toMatchObject({ code: 'JOURNAL_FORK' });
});

test('an anchor stamps and logs the digest, and is the same when asked again', async () => {
  const journal = toUtf8('{"seq":0}\n');
  const digest = sha256Hex(journal);
  const { token, proof } = await client.anchor(digest);
  const stamped = await verifyTimeStamp(nodePorts, token, { digest: fromHex(digest), anchors: anchors() });
  expect(stamped.anchor).toBeDefined();
  const leaf = leafBytes({ type: 'evidence-anchor/v1', device: client.device.id, digest });
  await verifyTlogProof(nodePorts, proof, leaf, { logKeys: [service.log.vkey] });
  expect(await client.anchor(digest)).toEqual({ token, proof });
  const other = await pairedClient(service, url);
  expect((await other.anchor(digest)).proof).not.toBe(proof);
  await expect(client.anchor('ab' as Sha256)).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
});

test.skipIf(!hasOpenssl)('openssl verifies the tokens of challenge and anchor', async () => {
  const file = await client.challenge({ sequence: 11, journalHead: head(11), journalSeq: 11 });
  const challenge = toUtf8(canonicalJson(file.challenge));
  expect(opensslVerify(challenge, fromBase64(file.token))).toContain('Verification: OK');
  const journal = toUtf8('{"seq":7}\n');
  const { token } = await client.anchor(sha256Hex(journal));
  expect(opensslVerify(journal, token)).toContain('Verification: OK');
  expect(() => opensslVerify(toUtf8('{"seq":8}\n'), token)).toThrow('message imprint mismatch');
});

test('cases are created once, listed in pages', async () => {
  const made: CaseAnswer[] = [];
  for (let n = 0; n < 5; n++) {
    made.push(await client.json<CaseAnswer>('/cases', { number: ` 沪知${n} `, title: '假冒' }));
  }
  expect(made[0]).toMatchObject({ number: '沪知0', title: '假冒' });
  expect(await client.json('/cases', { number: '沪知0', title: '假冒' })).toEqual(made[0]);
  await expect(client.json('/cases', { number: '沪知0', title: '别的' })).rejects.toMatchObject({
    code: 'CASE_NUMBER_TAKEN',
    entry: 'number',
  });
  const seen: string[] = [];
  let after = '';
  for (;;) {
    const page = await client.json<{ cases: CaseAnswer[]; next: string | null }>(`/cases?limit=2${after}`);
    expect(page.cases.length).toBeLessThanOrEqual(2);
    seen.push(...v.parse(casesAnswer, page).cases.map(({ id }) => id));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(new Set(seen)).toEqual(new Set(made.map(({ id }) => id)));
  expect(seen).toHaveLength(5);
  for (const query of ['limit=0', 'limit=201', 'limit=x', 'after=x', 'more=1'])
    await expect(client.json(`/cases?${query}`)).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
});
