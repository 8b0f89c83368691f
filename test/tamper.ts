/**
 * The full tamper matrix, `npm run test:tamper [-- --random N]`: one flipped bit at every byte of every header and
 * seal file and at 20,000 random places elsewhere, plain and in a container made anew around it, and every change of
 * structure. Ends with `N tampered, 0 missed`; exit 1 when anything was missed.
 */
import { parseArgs } from 'node:util';
import { packagePath } from '#shared/seal/layout';
import {
  emptyResult,
  flippedBits,
  flippedMembers,
  judge,
  judgeWhole,
  structuralChanges,
  type TamperResult,
  tamperSubject,
} from './tamper-matrix.ts';

const { values } = parseArgs({ options: { random: { type: 'string', default: '20000' } } });
const random = Number(values.random);
if (!Number.isSafeInteger(random) || random < 1) throw new RangeError('--random takes a number');

const subject = await tamperSubject();
const { bundle, bytes, draft, sealOffsets } = subject;
const bundlePath = packagePath.bundle(draft.captureId);
const bundleSize = bundle.end - bundle.start;
const randomOffsets = () => Array.from({ length: random }, () => Math.floor(Math.random() * bundleSize));

const parts: readonly [string, (result: TamperResult) => Promise<void>][] = [
  ['changes of structure', (result) => judgeWhole(structuralChanges(subject), result)],
  [
    `every byte of ${sealOffsets.length} in headers and seal files`,
    (result) => judge(flippedBits(subject, sealOffsets), result),
  ],
  [
    `${random} random places of ${bundleSize} in the bundle`,
    (result) =>
      judge(
        flippedBits(
          subject,
          randomOffsets().map((at) => bundle.start + at),
        ),
        result,
      ),
  ],
  [
    'every byte of every seal file, container made anew',
    (result) =>
      judge(
        flippedMembers(subject, (path, size) => (path === bundlePath ? [] : new Uint8Array(size).keys())),
        result,
      ),
  ],
  [
    `${random} random places of the bundle, container made anew`,
    (result) =>
      judge(
        flippedMembers(subject, (path) => (path === bundlePath ? randomOffsets() : [])),
        result,
      ),
  ],
];

console.log(`package of ${bytes.length} bytes, ${draft.members.size} entries`);
let tampered = 0;
let missed = 0;
for (const [name, run] of parts) {
  const result = emptyResult();
  const started = performance.now();
  await run(result);
  tampered += result.tampered;
  missed += result.missed.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name}: ${result.tampered} tampered, ${result.missed.length} missed (${seconds} s)`);
  for (const [fault, count] of [...result.faults].sort(([, a], [, b]) => b - a))
    console.log(`  ${String(count).padStart(7)}  ${fault}`);
  for (const what of result.missed) console.log(`  MISSED: ${what}`);
}
console.log(`${tampered} tampered, ${missed} missed`);
process.exitCode = missed === 0 ? 0 : 1;
