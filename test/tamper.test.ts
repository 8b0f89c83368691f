import { beforeAll, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { verifyPackage } from '#shared/verify/verify-package';
import { nodePorts } from '../server/store/node-ports.ts';
import {
  emptyResult,
  flippedBits,
  flippedMembers,
  judge,
  judgeWhole,
  structuralChanges,
  type TamperResult,
  type TamperSubject,
  tamperSubject,
} from './tamper-matrix.ts';

/** The short run; `npm run test:tamper` takes every byte and 20,000 random places. */
let subject: TamperSubject;
beforeAll(async () => {
  subject = await tamperSubject();
});

function* every(stride: number, count: number, from = 0): Generator<number> {
  for (let at = from % stride; at < count; at += stride) yield at;
}

function expectNothingMissed(name: string, { tampered, missed, faults }: TamperResult): void {
  console.log(`${name}: ${tampered} tampered, ${missed.length} missed`);
  expect(missed).toEqual([]);
  expect(faults.get('none')).toBeUndefined();
  expect(tampered).toBeGreaterThan(100);
}

test('untouched, the package and its rebuilt container are one and the same, and hold', async () => {
  expect(Buffer.compare(subject.draft.pack(), subject.bytes)).toBe(0);
  const { verdict } = await verifyPackage(bytesSource(subject.bytes), nodePorts);
  expect(verdict).toBe('intact');
});

test('one flipped bit in a header or seal file', async () => {
  const result = emptyResult();
  const { sealOffsets } = subject;
  const offsets = [...every(97, sealOffsets.length, Date.now())].map((index) => sealOffsets[index] ?? 0);
  await judge(flippedBits(subject, offsets), result);
  expectNothingMissed('bits of headers and seal files', result);
});

test('one flipped bit anywhere in the bundle', async () => {
  const result = emptyResult();
  const { start, end } = subject.bundle;
  const offsets = Array.from({ length: 300 }, () => start + Math.floor(Math.random() * (end - start)));
  await judge(flippedBits(subject, offsets), result);
  expectNothingMissed('bits of the bundle', result);
});

test('one flipped bit in a file, with a container made anew around it', async () => {
  const result = emptyResult();
  const stride = (path: string, size: number) =>
    path.startsWith('META-INF/') || path.endsWith('.txt') ? 29 : Math.max(29, Math.ceil(size / 25));
  await judge(
    flippedMembers(subject, (path, size) => every(stride(path, size), size, Date.now())),
    result,
  );
  expectNothingMissed('bits of files in a new container', result);
});

test('entries swapped, dropped, added, renamed, reordered, taken from another package; dates changed', async () => {
  const result = emptyResult();
  await judgeWhole(structuralChanges(subject), result);
  expectNothingMissed('changes of structure', result);
});
