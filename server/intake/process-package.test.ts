import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '#shared/lib/sha256';
import { fromUtf8 } from '#shared/lib/utf8';
import { packageId } from '#shared/seal/package-id';
import {
  buildTestBundle,
  type TestBundle,
  type TestBundleOptions,
} from '../../test/fixtures/build-test-bundle.ts';
import { createTestDevice } from '../../test/fixtures/test-device.ts';
import { openTestApp, type TestApp } from '../http/testing/open-test-app.ts';
import { testSealer } from '../http/testing/test-sealer.ts';
import { hashToken } from '../identity/secret-hash.ts';
import { readBlob } from '../store/blobs.ts';
import { evidenceName } from '../store/evidence-names.ts';
import type { IntakeContext } from './intake-context.ts';
import { issueAnchor } from './issue-anchor.ts';
import { issueChallenge } from './issue-challenge.ts';
import { createJobWorker } from './job-worker.ts';
import { processPackage } from './process-package.ts';
import type { Sealer } from './seal-input.ts';

let service: TestApp;
let intake: IntakeContext;
let seal: Sealer;

/** A device the service knows, without the ceremony of pairing. */
async function knownDevice() {
  const device = createTestDevice(Date.now());
  const id = hashToken(device.id);
  const code = { id, salt: '', hash: '', createdAt: 0, expiresAt: 0, triesLeft: 0, usedAt: null };
  await intake.store.pairingCodes.add(code, 8);
  const publicKey = Buffer.from(device.publicKey).toString('base64');
  await intake.store.devices.pair({ id: device.id, publicKey, name: 'x', pairedAt: 1 }, id);
  return device;
}

const captured = (device: ReturnType<typeof createTestDevice>, more: TestBundleOptions = {}) =>
  buildTestBundle({
    device,
    challenge: ({ device: id, ...needs }) => issueChallenge(intake, id, needs),
    anchor: async (digest) => {
      const { token, proof } = await issueAnchor(intake, device.id, digest);
      return { token: Buffer.from(token, 'base64'), proof };
    },
    ...more,
  });

/** Stores a bundle as the last byte of its upload leaves it, and a kill before the bytes in the clear are gone. */
async function receive({ bytes, device }: Pick<TestBundle, 'bytes' | 'device'>): Promise<string> {
  const sha256 = sha256Hex(bytes);
  const id = packageId(sha256);
  const upload = createHash('md5').update(id).digest('hex');
  await writeFile(join(intake.folders.incoming, upload), bytes);
  const row = { id, device: device.id, sha256, bytes: bytes.length, upload, receivedAt: Date.now() };
  const { encrypts } = intake.evidence;
  const begun = encrypts ? await intake.evidence.begin(id) : undefined;
  await begun?.blobs.put(evidenceName.bundle(upload), bytes);
  expect(await intake.store.packages.receive(row, begun?.wrappedKey)).toBe(true);
  return id;
}

const bytesOf = async (id: string, name: string) => readBlob((await intake.evidence.of(id)).blobs, name);
/** What files are called on the disk. */
const stored = (names: string[]) => names.map((name) => `${name}${intake.evidence.encrypts ? '.enc' : ''}`);

class Killed extends Error {}
const isKilled = (error: unknown) =>
  error instanceof Killed || (error instanceof Error && error.cause instanceof Killed);
const writes = [
  'accept',
  'refuse',
  'suspend',
  'setReceipt',
  'setState',
  'fixPreviousSeal',
  'setSealed',
  'append',
];

/** The context of a process that is killed before (odd) or after (even) its n-th write. */
function killedAt(n: number): IntakeContext {
  let moments = 0;
  const moment = () => {
    if (++moments === n) throw new Killed();
  };
  const wrap = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function' || !writes.includes(String(name))) return value;
        return async (...args: unknown[]) => {
          moment();
          const result: unknown = await value.apply(target, args);
          moment();
          return result;
        };
      },
    });
  const store = Object.fromEntries(Object.entries(intake.store).map(([name, part]) => [name, wrap(part)]));
  return { ...intake, store: store as unknown as IntakeContext['store'], log: wrap(intake.log) };
}

/** Kills the processing of a fresh bundle at every write in turn and runs it again each time. */
async function killEverywhere(make: () => Promise<TestBundle>, check: (id: string) => Promise<void>) {
  for (let n = 1; ; n++) {
    const id = await receive(await make());
    const outcome = await processPackage(killedAt(n), seal, id).catch((error: unknown) => error);
    if (outcome !== undefined && !isKilled(outcome)) throw outcome;
    if (outcome !== undefined) await processPackage(intake, seal, id);
    await processPackage(intake, seal, id);
    await check(id);
    if (outcome === undefined) return n - 1;
  }
}

describe.each([
  { how: 'in the clear', encrypted: false },
  { how: 'encrypted', encrypted: true },
])('$how', ({ encrypted }) => {
  beforeAll(async () => {
    service = await openTestApp({ encrypted });
    intake = service.intake;
    seal = testSealer(service);
  });
  afterAll(() => service.close());

  test('a kill at any write of an accepted package leaves one that is sealed when run again', async () => {
    const device = await knownDevice();
    const kills = await killEverywhere(
      () => captured(device),
      async (id) => {
        const row = await intake.store.packages.get(id);
        expect(row).toMatchObject({ state: 'sealed', verdict: 'accepted', defects: '[]' });
        expect(JSON.parse(row?.receipt ?? '').receipt.verdict).toBe('accepted');
        const folder = join(intake.folders.packages, id);
        const names = stored([`${id}.asice`, 'certificate.pdf', 'receipt.json']);
        expect((await readdir(folder)).sort()).toEqual(names);
        expect(sha256Hex(await bytesOf(id, evidenceName.package(id)))).toBe(row?.sealedSha256);
        expect(fromUtf8(await bytesOf(id, `packages/${id}/receipt.json`))).toBe(row?.receipt);
        expect(await readdir(intake.folders.work)).toEqual([]);
        expect(await readdir(intake.folders.incoming)).toEqual([]);
      },
    );
    expect(kills).toBeGreaterThanOrEqual(10);
  }, 120_000);

  test('a kill at any write of a refused package leaves one that is refused, receipted and kept', async () => {
    const device = await knownDevice();
    const flip = (bundle: TestBundle) => {
      const bytes = Uint8Array.from(bundle.bytes);
      const at = Buffer.from(bytes).indexOf('<!doctype html>');
      bytes[at] = 0;
      return { ...bundle, bytes };
    };
    const kills = await killEverywhere(
      async () => flip(await captured(device)),
      async (id) => {
        const row = await intake.store.packages.get(id);
        expect(row).toMatchObject({ state: 'refused', verdict: 'refused' });
        expect(JSON.parse(row?.receipt ?? '').receipt.verdict).toBe('refused');
        for (const name of stored([`${id}.wacz`, `${id}.json`]))
          expect(await readdir(intake.folders.refused)).toContain(name);
        expect(sha256Hex(await bytesOf(id, evidenceName.refused(id)))).toBe(row?.sha256);
        const reason = JSON.parse(fromUtf8(await bytesOf(id, evidenceName.refusal(id))));
        expect(reason.refusal.code).toBe(row?.refusalCode);
        expect(await readdir(intake.folders.incoming)).toEqual([]);
      },
    );
    expect(kills).toBeGreaterThanOrEqual(8);
  });

  test('seals of one case name each other in order', async () => {
    const device = await knownDevice();
    const one = { id: 'case-1', number: '1', title: '' };
    const leaves: string[] = [];
    for (let n = 0; n < 2; n++) {
      const id = await receive(await captured(device, { case: one }));
      await processPackage(intake, seal, id);
      const row = await intake.store.packages.get(id);
      expect(row).toMatchObject({ chain: 'case-1', previousSeal: leaves.at(-1) ?? '-' });
      leaves.push(row?.sealLeaf ?? '');
    }
    expect(leaves[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a poisoned job waits with its reason and holds up nobody', async () => {
    const device = await knownDevice();
    const poisoned = await receive(await captured(device));
    const healthy = await receive(await captured(device));
    const failures: string[] = [];
    const poison: Sealer = async (input) => {
      if (input.packageId === poisoned) throw new RangeError('a fault of ours');
      return seal(input);
    };
    const worker = createJobWorker(intake, poison, (id) => failures.push(id));
    worker.start();
    const stateOf = async (id: string) => (await intake.store.packages.get(id))?.state;
    await expect.poll(() => stateOf(healthy), { timeout: 10_000 }).toBe('sealed');
    await expect.poll(() => stateOf(poisoned)).toBe('waiting');
    await worker.stop();
    expect(new Set(failures)).toEqual(new Set([poisoned]));
    service.clock.ahead = 3_600_000;
    expect(await intake.store.jobs.claim('test', intake.now().getTime(), 1)).toMatchObject({
      package: poisoned,
      lastError: 'RangeError: a fault of ours',
    });
    expect(await intake.store.jobs.nextDue()).toBeUndefined();
  });
});
