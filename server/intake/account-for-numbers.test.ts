import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { createTestDevice } from '../../test/fixtures/test-device.ts';
import { openTestApp, type TestApp } from '../http/testing/open-test-app.ts';
import { accountForNumbers, numberingOf } from './account-for-numbers.ts';
import { closeNumber } from './close-number.ts';
import { issueChallenge } from './issue-challenge.ts';

const device = createTestDevice(Date.now());
let service: TestApp;

beforeAll(async () => {
  service = await openTestApp();
  const publicKey = Buffer.from(device.publicKey).toString('base64');
  const states = { revokedAt: null, suspendedAt: null, suspension: null };
  await service.database
    .insertInto('devices')
    .values({
      id: device.id,
      publicKey,
      name: 'x',
      pairedAt: 1,
      organisation: 'operator',
      user: null,
      ...states,
    })
    .execute();
});
afterAll(() => service.close());

const account = (sequence: number) => accountForNumbers(service.intake, device.id, sequence);
const numbering = (sequence: number) => numberingOf(service.intake, device.id, sequence);
const challengeFor = (sequence: number, journalSeq: number) => {
  const entry = { journalHead: sha256Hex(toUtf8(`head ${journalSeq}`)), journalSeq };
  return issueChallenge(service.intake, device.id, { sequence, ...entry });
};

test('numbers out of order are awaited; overdue they are declared missing, in the log', async () => {
  await challengeFor(4, 40);
  expect(await account(4)).toEqual([]);
  expect(await numbering(4)).toEqual({ completeTo: 0, awaited: [{ from: 1, to: 3 }], gaps: [], closed: [] });

  const at = { journalHead: sha256Hex(toUtf8('closing')), journalSeq: 30 };
  await closeNumber(service.intake, device.id, { sequence: 1, outcome: 'discarded', ...at });
  expect(await numbering(4)).toEqual({
    completeTo: 1,
    awaited: [{ from: 2, to: 3 }],
    gaps: [],
    closed: [{ sequence: 1, outcome: 'discarded' }],
  });

  service.clock.ahead = service.intake.gapAfterMs + 60_000;
  const size = service.log.checkpoint().split('\n')[1];
  expect(await account(4)).toEqual(['numbers-missing']);
  expect(Number(service.log.checkpoint().split('\n')[1])).toBe(Number(size) + 1);
  expect(await account(4)).toEqual(['numbers-missing']);
  const { awaited, gaps } = await numbering(4);
  expect([awaited, gaps]).toEqual([[], [{ from: 2, to: 3, declaredAt: expect.any(String) }]]);
  // What comes all the same is marked, and so is what still has a gap before it.
  expect(await account(3)).toEqual(['numbers-missing', 'arrived-after-gap']);
  expect(await account(2)).toEqual(['arrived-after-gap']);
});

test('the leaf of a gap names device and numbers, nothing else', () => {
  const leaf = leafBytes({ type: 'evidence-gap/v1', device: '0a1b2c3d', first: 2, last: 3 });
  expect(new TextDecoder().decode(leaf)).toBe('evidence-gap/v1\n0a1b2c3d\n2\n3\n');
});
