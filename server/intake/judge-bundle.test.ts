import { afterAll, beforeAll, expect, test } from 'vitest';
import { type VerifiedBundle, verifyBundle } from '#shared/bundle/verify-bundle';
import { bytesSource } from '#shared/lib/bytes-source';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { buildTestBundle } from '../../test/fixtures/build-test-bundle.ts';
import { createTestDevice } from '../../test/fixtures/test-device.ts';
import { openTestApp, type TestApp } from '../http/testing/open-test-app.ts';
import { nodePorts } from '../store/node-ports.ts';
import { issueAnchor } from './issue-anchor.ts';
import { issueChallenge } from './issue-challenge.ts';
import { type JournalProof, judgeBundle, refusalOf } from './judge-bundle.ts';

const device = createTestDevice(Date.now());
let service: TestApp;
let bundle: VerifiedBundle;
let proof: JournalProof;

beforeAll(async () => {
  service = await openTestApp();
  const publicKey = Buffer.from(device.publicKey).toString('base64');
  const row = { id: device.id, publicKey, name: 'x', pairedAt: 1, organisation: 'operator', user: null };
  const states = { revokedAt: null, suspendedAt: null, suspension: null };
  await service.database
    .insertInto('devices')
    .values({ ...row, ...states })
    .execute();
  const { bytes } = await buildTestBundle({
    device,
    challenge: ({ device: id, ...needs }) => issueChallenge(service.intake, id, needs),
    anchor: async (digest) => {
      const anchor = await issueAnchor(service.intake, device.id, digest);
      const token = Buffer.from(anchor.token, 'base64');
      proof = { digest, token, proof: toUtf8(anchor.proof) };
      return { token, proof: anchor.proof };
    },
  });
  bundle = await verifyBundle(bytesSource(bytes), nodePorts);
});
afterAll(() => service.close());

const judge = (changed: Partial<VerifiedBundle> = {}, found: Partial<JournalProof> = {}) =>
  judgeBundle(service.intake, 'EVD-A', { ...bundle, ...changed }, { ...proof, ...found });
const setDevice = (values: { publicKey?: string; revokedAt?: number | null; suspendedAt?: number | null }) =>
  service.database.updateTable('devices').set(values).where('id', '=', device.id).execute();

test('a sound bundle of a known device under our challenge and anchor has no defect', async () => {
  expect(await judge()).toMatchObject({
    package: 'EVD-A',
    device: device.id,
    capture: `CAP-${device.id}-1`,
    sequence: 1,
    journal: proof.digest,
    challenge: bundle.record.challenge,
    closing: { device: device.id, seq: bundle.journal.at(-1)?.seq },
    defects: [],
  });
});

test('another token, another proof or none of them is not our anchor', async () => {
  for (const found of [{ token: toUtf8('x') }, { proof: toUtf8('x') }, { proof: undefined }])
    expect((await judge({}, found)).defects).toEqual(['anchor-not-ours']);
  expect((await judge({ defects: ['no-anchor'] }, { token: undefined, proof: undefined })).defects).toEqual([
    'no-anchor',
  ]);
});

test('a challenge that differs from the one issued in any way was not issued', async () => {
  const file = bundle.challenge!;
  for (const challenge of [
    { ...file, token: 'AAAA' },
    { ...file, proof: 'x' },
    { ...file, challenge: { ...file.challenge, issuedAt: '2020-01-01T00:00:00.000Z' } },
    { ...file, challenge: { ...file.challenge, nonce: sha256Hex(toUtf8('another')) } },
  ])
    await expect(judge({ challenge })).rejects.toMatchObject({
      code: 'CHALLENGE_NOT_ISSUED',
      entry: 'evidence/challenge.json',
    });
});

test('a journal entry named before with another hash is a fork', async () => {
  const line = bundle.journal[2]!;
  await service.intake.store.journalMarks.add({ device: device.id, seq: line.seq, hash: line.hash });
  await judge();
  const journal = bundle.journal.map((one) =>
    one === line ? { ...one, hash: sha256Hex(toUtf8('x')) } : one,
  );
  await expect(judge({ journal })).rejects.toMatchObject({
    code: 'JOURNAL_FORK',
    message: `journal entry ${line.seq} has two hashes`,
  });
});

test('the standing of the device: suspended is marked, revoked refused unless anchored before', async () => {
  await setDevice({ suspendedAt: 5 });
  expect((await judge()).defects).toEqual(['device-suspended']);
  await setDevice({ suspendedAt: null, revokedAt: Date.now() + 60_000 });
  expect((await judge()).defects).toEqual(['device-revoked-after-anchor']);
  await expect(judge({}, { token: toUtf8('x') })).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
  await setDevice({ revokedAt: 5 });
  await expect(judge()).rejects.toMatchObject({ code: 'DEVICE_REVOKED' });
  await setDevice({ revokedAt: null, publicKey: 'AAAA' });
  await expect(judge()).rejects.toMatchObject({ code: 'DEVICE_KEY_DIFFERS' });
  const record = { ...bundle.record, device: { ...bundle.record.device, id: '00000000' } };
  await expect(judge({ record })).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' });
});

test('conflicts name the package that was there first', () => {
  expect(refusalOf({ kind: 'same-capture', package: 'EVD-B' })).toMatchObject({
    code: 'CAPTURE_ALREADY_ACCEPTED',
    entry: 'EVD-B',
  });
  expect(refusalOf({ kind: 'other-capture', package: 'EVD-B' })).toMatchObject({ code: 'SEQUENCE_FORK' });
});
