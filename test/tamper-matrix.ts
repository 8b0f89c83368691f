import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource } from '#shared/lib/bytes-source';
import { fromUtf8 } from '#shared/lib/utf8';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { packagePath } from '#shared/seal/layout';
import { packageOrder } from '#shared/seal/package-member';
import { checks } from '#shared/verify/checks';
import type { Check } from '#shared/verify/report';
import { runChecks } from '#shared/verify/run-checks';
import { noAnchors } from '#shared/verify/trust-anchors';
import { verdictOf } from '#shared/verify/verdict';
import type { Verification } from '#shared/verify/verification';
import { verifyPackage } from '#shared/verify/verify-package';
import { seal } from '../server/seal/seal.ts';
import { nodePorts } from '../server/store/node-ports.ts';
import { PackageDraft } from './fixtures/package-draft.ts';
import { createTestSealer } from './fixtures/test-seal.ts';

/** Two packages of one service, of two captures: whatever one holds is valid in itself. */
export interface TamperSubject {
  readonly bytes: Uint8Array;
  readonly draft: PackageDraft;
  readonly other: PackageDraft;
  /** Offsets of every byte of a header, directory or seal file: all that is not the bundle. */
  readonly sealOffsets: readonly number[];
  /** Where the bundle's bytes lie. */
  readonly bundle: { readonly start: number; readonly end: number };
}

/** One altered package; `what` names the alteration. */
export interface Tampered {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** Seals two small real bundles with fresh keys. */
export async function tamperSubject(): Promise<TamperSubject> {
  const dir = mkdtempSync(join(tmpdir(), 'tamper-'));
  const sealer = await createTestSealer(dir);
  try {
    const [one, two] = [await sealer.prepare('one'), await sealer.prepare('two')];
    const bytes = await readFile((await seal(one)).path);
    const other = await readFile((await seal(two)).path);
    const { entries } = await openCanonicalZip(bytesSource(bytes));
    const inside = entries.find(({ name }) => name === packagePath.bundle(one.captureId));
    if (inside === undefined) throw new RangeError('the package holds no bundle');
    const bundle = { start: inside.offset, end: inside.offset + inside.size };
    return {
      bytes,
      draft: await PackageDraft.of(bytes),
      other: await PackageDraft.of(other),
      bundle,
      sealOffsets: [...bytes.keys()].filter((at) => at < bundle.start || at >= bundle.end),
    };
  } finally {
    await sealer.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** One bit flipped at each offset; which bit changes from place to place. */
export function* flippedBits({ bytes }: TamperSubject, offsets: Iterable<number>): Generator<Tampered> {
  for (const at of offsets) yield { what: `bit flipped at byte ${at}`, bytes: flipped(bytes, at) };
}

/**
 * One bit flipped in a member, in a container made anew around it, so that no CRC-32 and no header gives it away:
 * manifests, signatures, time-stamps and the log proof stand alone.
 */
export function* flippedMembers(
  { draft }: TamperSubject,
  choose: (path: string, size: number) => Iterable<number>,
): Generator<Tampered> {
  for (const [path, content] of draft.members)
    for (const at of choose(path, content.length))
      yield {
        what: `bit flipped at byte ${at} of ${path}, container made anew`,
        bytes: draft.copy().set(path, flipped(content, at)).pack(),
      };
}

/** Entries swapped, dropped, added, renamed, reordered; dates changed; parts of another valid package put in. */
export function* structuralChanges({ draft, other, bytes }: TamperSubject): Generator<Tampered> {
  const order = packageOrder(draft.members.keys());
  for (const path of order) {
    yield { what: `${path} dropped`, bytes: draft.copy().delete(path).pack() };
    yield { what: `${path} renamed`, bytes: renamed(draft, path, `${path}.bak`, order) };
    yield { what: `${path} emptied`, bytes: draft.copy().set(path, '').pack() };
    yield {
      what: `${path} with a line feed behind it`,
      bytes: draft
        .copy()
        .set(path, Buffer.concat([draft.get(path), Buffer.from('\n')]))
        .pack(),
    };
  }
  for (const [index, path] of order.entries()) {
    const next = order[index + 1];
    if (next === undefined) continue;
    yield {
      what: `${path} and ${next} reordered`,
      bytes: draft.pack(order.with(index, next).with(index + 1, path)),
    };
    const swapped = draft.copy().set(path, draft.get(next)).set(next, draft.get(path));
    yield { what: `contents of ${path} and ${next} swapped`, bytes: swapped.pack() };
  }
  for (const path of added)
    yield { what: `${path} added`, bytes: draft.copy().set(path, 'not covered by anything').pack() };
  yield* fromAnotherPackage(draft, other);
  yield* changedDates(bytes);
}

const added = [
  'extra.txt',
  'disclosure-root.txt',
  'trust/tsa-2.pem',
  'trust/witness-1.vkey',
  'trust/extra.pem',
  'data/extra.txt',
  'META-INF/extra.txt',
  'META-INF/signatures002.xml',
  'META-INF/tagmanifest-sha256.txt.p7s',
];

function* fromAnotherPackage(draft: PackageDraft, other: PackageDraft): Generator<Tampered> {
  const twin = (path: string) => path.replace(draft.captureId, other.captureId);
  for (const [path, content] of draft.members) {
    const foreign = other.get(twin(path));
    if (Buffer.compare(foreign, content) === 0) continue;
    yield { what: `${path} of another package`, bytes: draft.copy().set(path, foreign).pack() };
  }
  const metaInf = draft.copy();
  for (const [path, content] of other.members) if (path.startsWith('META-INF/')) metaInf.set(path, content);
  yield { what: 'the whole META-INF of another package', bytes: metaInf.pack() };
  const ours = fromUtf8(draft.get(packagePath.logProof));
  const theirs = fromUtf8(other.get(packagePath.logProof));
  const [proof = '', checkpoint = ''] = [ours.split('\n\n')[0], theirs.slice(theirs.indexOf('\n\n'))];
  yield {
    what: 'checkpoint of another package',
    bytes: draft.copy().set(packagePath.logProof, `${proof}${checkpoint}`).pack(),
  };
}

/** Local header: time at 10, date at 12; directory: 12 and 14 (APPNOTE 4.3.7, 4.3.12). */
function* changedDates(bytes: Uint8Array): Generator<Tampered> {
  const view = Buffer.from(bytes);
  const headers = [
    { signature: Buffer.from('PK\x03\x04', 'latin1'), fields: [10, 12] },
    { signature: Buffer.from('PK\x01\x02', 'latin1'), fields: [12, 14] },
  ];
  const everywhere = Buffer.from(bytes);
  for (const { signature, fields } of headers)
    for (let at = view.indexOf(signature); at >= 0; at = view.indexOf(signature, at + 1))
      for (const field of fields) {
        const one = Buffer.from(bytes);
        one.writeUInt16LE(0x5b6b, at + field);
        everywhere.writeUInt16LE(0x5b6b, at + field);
        yield { what: `date of the header at ${at} changed`, bytes: one };
      }
  yield { what: 'dates of all headers changed alike', bytes: everywhere };
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, (bytes[at] ?? 0) ^ (1 << ((at * 5) % 8)));
}

function renamed(draft: PackageDraft, from: string, to: string, order: readonly string[]): Uint8Array {
  const copy = draft.copy().set(to, draft.get(from)).delete(from);
  return copy.pack(order.map((path) => (path === from ? to : path)));
}

/** How a run over altered packages ended. */
export interface TamperResult {
  tampered: number;
  /** Alterations that went unnoticed, and any that the verifier stumbled over without a code of its own. */
  readonly missed: string[];
  /** First fault → how often. */
  readonly faults: Map<string, number>;
}

export function emptyResult(): TamperResult {
  return { tampered: 0, missed: [], faults: new Map() };
}

/**
 * Verifies each altered package without any trust anchor, check by check in the verifier's own order, until the first
 * fault: one is enough to refuse.
 */
export async function judge(altered: Iterable<Tampered>, result: TamperResult): Promise<void> {
  for (const { what, bytes } of altered) {
    result.tampered++;
    const fault = await firstFault(bytes);
    if (fault === undefined || fault.code === 'UNEXPECTED_FAULT')
      result.missed.push(`${what}: ${fault?.id ?? 'accepted'}`);
    const name = fault === undefined ? 'none' : `${fault.id} ${fault.code}`;
    result.faults.set(name, (result.faults.get(name) ?? 0) + 1);
  }
}

/** As `judge`, with the whole verifier; also a report must come out, whatever the bytes. */
export async function judgeWhole(altered: Iterable<Tampered>, result: TamperResult): Promise<void> {
  for (const { what, bytes } of altered) {
    result.tampered++;
    const { verdict, checks: list } = await verifyPackage(bytesSource(bytes), nodePorts);
    const stumbled = list.some(({ code }) => code === 'UNEXPECTED_FAULT');
    if ((verdict !== 'invalid' && verdict !== 'unreadable') || stumbled)
      result.missed.push(`${what}: ${stumbled ? 'stumbled' : verdict}`);
    const fault = list.find(({ status }) => status === 'fail');
    const name = `${fault?.id} ${fault?.code}`;
    result.faults.set(name, (result.faults.get(name) ?? 0) + 1);
  }
}

async function firstFault(bytes: Uint8Array): Promise<Check | undefined> {
  const verification: Verification = {
    source: bytesSource(bytes),
    ports: nodePorts,
    anchors: noAnchors,
    found: {},
    usedAnchors: new Set(),
  };
  for (const definition of checks) {
    const [check] = await runChecks([definition], verification);
    if (check !== undefined && check.status === 'fail') {
      // The verdict is made of the same list, so what fails here is refused there.
      if (verdictOf([check]) === 'valid') throw new RangeError('a fault that is no fault');
      return check;
    }
  }
  return undefined;
}
