import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CarriedChallengesFile, carriedChallengesFileSchema } from '#shared/api/carried-challenges';
import type { CarriedChallengeFile } from '#shared/bundle/challenge';
import { fromBase64 } from '#shared/lib/base64';
import { bytesSource } from '#shared/lib/bytes-source';
import { canonicalJson } from '#shared/lib/canonical-json';
import { toHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { signingAlgorithmOf } from '#shared/pki/signing-algorithm';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import type { DeviceClient } from '../test/fixtures/device-client.ts';
import { captureBy, startTestService, type TestService } from '../test/fixtures/test-service.ts';
import { runChallenges } from './challenges-command.ts';
import { writeServiceFile } from './service-file.ts';
import { nodePorts } from './store/node-ports.ts';

let folder = '';
let service: TestService;
let client: DeviceClient;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carried-'));
  service = await startTestService(folder);
  client = await service.signIn();
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

async function carried(count: number, device: string | null): Promise<Response> {
  const token = (await readFile(join(folder, 'service', 'admin.token'), 'utf8')).trim();
  return fetch(`${service.url}/api/v1/challenges/carried`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ count, device }),
  });
}
const fileOf = async (answer: Response): Promise<CarriedChallengesFile> =>
  v.parse(carriedChallengesFileSchema, await answer.json());

const captureUnder = (file: CarriedChallengeFile, by = client) =>
  captureBy(by, { challenge: async () => file });

async function outcome(by: DeviceClient, bundle: Awaited<ReturnType<typeof captureBy>>) {
  const id = await by.upload(bundle);
  const { state, refusal } = await by.waitFor(id, 'sealed', 'refused');
  return { id, state, code: refusal?.code };
}

test('each challenge of the file is signed, stamped and logged', async () => {
  const { statement, signature, certificate } = await fileOf(await carried(3, client.device.id));
  const trust = parseTrustFile(await service.trustFile());
  const [signer] = parsePem(certificate, 'CERTIFICATE').map(parseCertificate);
  expect(
    await nodePorts.verifySignature({
      algorithm: signingAlgorithmOf(signer!.publicKey),
      publicKey: signer!.publicKey,
      data: toUtf8(canonicalJson(statement)),
      signature: fromBase64(signature),
    }),
  ).toBe(true);
  expect(new Set(statement.challenges.map(({ challenge }) => challenge.nonce)).size).toBe(3);
  for (const { challenge, token, proof } of statement.challenges) {
    const digest = sha256(toUtf8(canonicalJson(challenge)));
    const stamp = { digest, anchors: trust.certificates };
    expect((await verifyTimeStamp(nodePorts, fromBase64(token), stamp)).anchor).toBeDefined();
    const leaf = leafBytes({ type: 'evidence-challenge/v1', challenge: toHex(digest) as never });
    await verifyTlogProof(nodePorts, proof, leaf, { logKeys: trust.logKeys });
  }
});

test('taken once it is sealed and marked; a second capture under it is refused, the same bundle again is not', async () => {
  const { statement } = await fileOf(await carried(1, null));
  const [file] = statement.challenges;
  const bundle = await captureUnder(file!);
  const first = await outcome(client, bundle);
  expect(first.state).toBe('sealed');
  expect(await outcome(client, bundle)).toEqual(first);
  const { receipt } = await client.json<{ receipt: { defects: string[] } }>(`/packages/${first.id}/receipt`);
  expect(receipt.defects).toEqual(['carried-challenge']);
  const sealed = await service.sealed(client, first.id);
  const anchors = parseTrustFile(await service.trustFile());
  const report = await verifyPackage(bytesSource(sealed), nodePorts, { anchors });
  expect(report.verdict).toBe('valid');
  expect(report.facts.defects).toContain('carried-challenge');

  const second = await outcome(client, await captureUnder(file!));
  expect(second).toMatchObject({ state: 'refused', code: 'CHALLENGE_USED' });
  const other = await service.signIn();
  expect(await outcome(other, await captureUnder(file!, other))).toMatchObject({ code: 'CHALLENGE_USED' });
});

test('one of another device, altered, or not ours is refused', async () => {
  const other = await service.signIn();
  const { statement } = await fileOf(await carried(2, other.device.id));
  const [foreign, file] = statement.challenges;
  expect(await outcome(client, await captureUnder(foreign!))).toMatchObject({ code: 'CHALLENGE_MISMATCH' });
  const altered = { ...file!, challenge: { ...file!.challenge, device: null } };
  expect(await outcome(other, await captureUnder(altered, other))).toMatchObject({
    code: 'TIME_STAMP_INVALID',
  });
  const elsewhere = await startTestService(await mkdtemp(join(folder, 'elsewhere-')));
  const stranger = await elsewhere.signIn();
  const theirs = await captureBy(stranger);
  await elsewhere.close();
  const disguised = { ...theirs, captureId: `CAP-${client.device.id}-900` };
  expect(await outcome(client, disguised)).toMatchObject({ code: 'DEVICE_UNKNOWN' });
});

test('a challenge that the journal does not say was taken is refused', async () => {
  const { statement } = await fileOf(await carried(1, null));
  const bundle = await captureBy(client, {
    challenge: async () => statement.challenges[0]!,
    mutate: {
      journal: (lines) =>
        lines.map((line) => (line.event === 'challenge-received' ? { ...line, detail: {} } : line)),
    },
  });
  expect((await outcome(client, bundle)).state).toBe('refused');
});

test('the command writes a file of its running service', async () => {
  const out = join(folder, 'challenges.json');
  await writeServiceFile(folder, { pid: process.pid, port: Number(new URL(service.url).port) });
  expect(await runChallenges(['--data', folder, '--count', '2', '--out', out])).toBe(0);
  const { statement } = v.parse(carriedChallengesFileSchema, JSON.parse(await readFile(out, 'utf8')));
  expect(statement.challenges).toHaveLength(2);
  const unknown = ['--data', folder, '--count', '1', '--out', out, '--device', '00000000'];
  await expect(runChallenges(unknown)).rejects.toMatchObject({
    code: 'SERVICE_REFUSED',
    entry: 'DEVICE_UNKNOWN',
  });
  for (const bad of [
    ['--count', '0', '--out', out],
    ['--count', '1'],
    ['--out', out],
  ])
    await expect(runChallenges(bad)).rejects.toMatchObject({ code: 'VALUE_MALFORMED' });
});

test.each([[0], [501], [1.5]])('%s challenges are not handed out', async (count) => {
  expect((await carried(count, null)).status).toBe(400);
});

test('nor any for a device that is not known', async () => {
  expect((await carried(1, '00000000')).status).toBe(404);
});
