import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ports } from '#shared/lib/port';
import { toUtf8 } from '#shared/lib/utf8';
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { cosignatureMessage, encodeCosignature } from './cosignature.ts';
import { ed25519Spki, rawEd25519 } from './ed25519-spki.ts';
import { LogError } from './log-error.ts';
import { leafHash } from './merkle-hash.ts';
import { formatNoteSignature, formatSignedNote, type NoteSignature, parseSignedNote } from './signed-note.ts';
import { goNote } from './testing/rfc6962-vectors.ts';
import { auditPath, someLeaves, treeHash } from './testing/toy-tree.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';
import { formatVerifierKey, parseVerifierKey, type VerifierKeyKind, verifierKey } from './verifier-key.ts';
import { verifyCheckpoint } from './verify-checkpoint.ts';
import { verifyTlogProof } from './verify-tlog-proof.ts';

const ports = {
  async verifySignature({ publicKey, data, signature }) {
    return verify(null, data, { key: publicKey as Buffer, format: 'der', type: 'spki' }, signature);
  },
} as Ports;
const coded = (code: string) => expect.objectContaining({ code });

interface Signer {
  readonly vkey: string;
  readonly key: ReturnType<typeof verifierKey>;
  readonly privateKey: KeyObject;
}

function signer(kind: VerifierKeyKind, name: string, pair = generateKeyPairSync('ed25519')): Signer {
  const key = verifierKey(kind, name, rawEd25519(pair.publicKey.export({ format: 'der', type: 'spki' })));
  return { key, vkey: formatVerifierKey(key), privateKey: pair.privateKey };
}

function signedBy({ key, privateKey }: Signer, text: string): NoteSignature {
  return { name: key.name, id: key.id, signature: sign(null, toUtf8(text), privateKey) };
}

function cosignedBy({ key, privateKey }: Signer, text: string, seconds: bigint): NoteSignature {
  const signature = sign(null, cosignatureMessage(text, seconds), privateKey);
  return { name: key.name, id: key.id, signature: encodeCosignature({ seconds, signature }) };
}

const origin = 'log.example/evidence';
const log = signer('log', origin);
const witness = signer('witness', 'notary.example/w1');
const other = signer('witness', 'court.example/w2');
const leaves = someLeaves(21);
const text = formatCheckpoint({ origin, size: 21n, root: treeHash(leaves), extensions: [] });
const leaf = leaves[13] as Uint8Array;
const signatures = [
  signedBy(log, text),
  cosignedBy(witness, text, 1_800_000_000n),
  cosignedBy(other, text, 1_800_000_001n),
];
const proof = { index: 13n, hashes: auditPath(13, leaves), checkpoint: { text, signatures } };
const proofText = formatTlogProof(proof);
const trust = { logKeys: [log.vkey], witnessKeys: [witness.vkey, other.vkey] };

test('the Go reference note parses, re-encodes and verifies', async () => {
  const note = parseSignedNote(goNote.note);
  expect(formatSignedNote(note)).toBe(goNote.note);
  const key = parseVerifierKey(goNote.key);
  expect(formatVerifierKey(key)).toBe(goNote.key);
  expect(key).toMatchObject({ kind: 'log', name: 'PeterNeumann', id: note.signatures[0]?.id });
  const [signature] = note.signatures;
  const input = {
    algorithm: 'ed25519',
    publicKey: ed25519Spki(key.publicKey),
    data: toUtf8(note.text),
  } as const;
  expect(await ports.verifySignature({ ...input, signature: signature!.signature })).toBe(true);
});

test('no mangled vkey is accepted', () => {
  const { key } = goNote;
  for (let i = 0; i <= key.length; i++) {
    for (let j = i + 1; j <= key.length; j++) {
      if (i !== 0 || j !== key.length)
        expect(() => parseVerifierKey(key.slice(i, j))).toThrowError(coded('KEY_MALFORMED'));
    }
  }
  for (let i = 0; i < key.length; i++) {
    const mangled = key.slice(0, i) + String.fromCharCode(key.charCodeAt(i) + 1) + key.slice(i + 1);
    expect(() => parseVerifierKey(mangled)).toThrowError(coded('KEY_MALFORMED'));
  }
  for (const bad of [
    'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  ])
    expect(() => parseVerifierKey(bad)).toThrowError(coded('KEY_MALFORMED'));
});

test('malformed notes are refused', () => {
  const line = goNote.note.split('\n')[3];
  for (const bad of [
    '',
    '\n',
    'text\n',
    'text\n\n',
    `text\n${line}\n`,
    `text\n\n${line}`,
    `text\n\n${line}\n\n`,
    `text\n\n${line}\n${line}\n`,
    `text\n\n${line}\r\n`,
    `te\u0000xt\n\n${line}\n`,
    `te\tx\n\n${line}\n`,
    `te\ud800xt\n\n${line}\n`,
    `text\n\n—  ${line?.slice(2)}\n`,
    `text\n\n- ${line?.slice(2)}\n`,
    `text\n\n${line}=\n`,
    'text\n\n— name AAAA\n',
    'text\n\n— na+me AAAAAAAA\n',
    'text\n\n— na\u00a0me AAAAAAAA\n',
    'text\n\n—  AAAAAAAA\n',
    `text\n\n${Array.from({ length: 65 }, (_, n) => `— n${n} AAAAAAAA\n`).join('')}`,
    `${'x'.repeat(1 << 20)}\n\n${line}\n`,
  ])
    expect(() => parseSignedNote(bad), JSON.stringify(bad.slice(0, 80))).toThrowError(
      coded('NOTE_MALFORMED'),
    );
});

test('malformed checkpoints are refused', () => {
  const [a, b, c] = text.split('\n') as [string, string, string];
  for (const bad of [
    '',
    '\n',
    `${a}\n${b}\n`,
    `${a}\n${b}\n${c}`,
    `\n${b}\n${c}\n`,
    `${a}\n0${b}\n${c}\n`,
    `${a}\n+${b}\n${c}\n`,
    `${a}\n18446744073709551616\n${c}\n`,
    `${a}\n${b}\n${c.slice(4)}\n`,
    `${a}\n${b}\n ${c}\n`,
    `${a}\n${b}\n${c}\n\n`,
    `${a}\n${b}\n${c}\nextension\n\n`,
  ])
    expect(() => parseCheckpoint(bad), bad).toThrowError(coded('CHECKPOINT_MALFORMED'));
  expect(parseCheckpoint(`${a}\n18446744073709551615\n${c}\nmore\n`)).toMatchObject({
    size: 2n ** 64n - 1n,
    extensions: ['more'],
  });
});

test('parse ∘ format is the identity for checkpoints, notes and proofs', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/);
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const checkpoint: fc.Arbitrary<Checkpoint> = fc.record({
    origin: name,
    size: uint64,
    root: hash,
    extensions: fc.array(name, { maxLength: 2 }),
  });
  const signature = fc.record({
    name,
    id: fc.uint8Array({ minLength: 4, maxLength: 4 }),
    signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  });
  const notes = fc.record({
    text: checkpoint.map(formatCheckpoint),
    signatures: fc.uniqueArray(signature, { minLength: 1, maxLength: 4, selector: (s) => s.name }),
  });
  const extra = fc.option(fc.uint8Array({ maxLength: 9 }), { nil: undefined });
  const input = fc.record({
    index: uint64,
    hashes: fc.array(hash, { maxLength: 5 }),
    checkpoint: notes,
    extra,
  });
  fc.assert(
    fc.property(checkpoint, input, (head, { extra: bytes, ...rest }) => {
      const value = { ...rest, ...(bytes === undefined ? {} : { extra: bytes }) };
      expect(parseCheckpoint(formatCheckpoint(head))).toEqual(head);
      expect(parseTlogProof(formatTlogProof(value))).toEqual(value);
    }),
  );
});

test('a proof verifies and tells who cosigned', async () => {
  expect(await verifyTlogProof(ports, proofText, leaf, trust)).toMatchObject({
    origin,
    index: 13n,
    size: 21n,
    cosigners: [
      { name: 'notary.example/w1', at: 1_800_000_000_000 },
      { name: 'court.example/w2', at: 1_800_000_001_000 },
    ],
    unknown: [],
  });
  expect(await verifyTlogProof(ports, proofText, leaf, { logKeys: [log.vkey] })).toMatchObject({
    cosigners: [],
    unknown: [expect.stringContaining('notary.example/w1+'), expect.stringContaining('court.example/w2+')],
  });
});

test('the policy is the user’s: keys, threshold, and one key under two names', async () => {
  const check = (options: Partial<Parameters<typeof verifyTlogProof>[3]>, proof = proofText) =>
    verifyTlogProof(ports, proof, leaf, { ...trust, ...options });
  await check({ threshold: 2 });
  await expect(check({ threshold: 3 })).rejects.toMatchObject({ code: 'TOO_FEW_COSIGNATURES' });
  await expect(check({ threshold: 1, witnessKeys: [] })).rejects.toMatchObject({
    code: 'TOO_FEW_COSIGNATURES',
  });
  await expect(check({ logKeys: [] })).rejects.toMatchObject({ code: 'LOG_KEY_UNKNOWN' });
  const stranger = signer('log', origin).vkey;
  await expect(check({ logKeys: [stranger] })).rejects.toMatchObject({ code: 'LOG_KEY_UNKNOWN' });
  await expect(check({ logKeys: [witness.vkey] })).rejects.toMatchObject({ code: 'KEY_MALFORMED' });
  await expect(check({ witnessKeys: [log.vkey] })).rejects.toMatchObject({ code: 'KEY_MALFORMED' });

  const alias = { ...signer('witness', 'alias.example'), privateKey: witness.privateKey };
  const aliasKey = verifierKey('witness', 'alias.example', witness.key.publicKey);
  const twice = formatTlogProof({
    ...proof,
    checkpoint: {
      text,
      signatures: [...signatures.slice(0, 2), cosignedBy({ ...alias, key: aliasKey }, text, 1_800_000_000n)],
    },
  });
  const witnessKeys = [witness.vkey, formatVerifierKey(aliasKey)];
  expect((await check({ witnessKeys }, twice)).cosigners).toHaveLength(1);
  await expect(check({ witnessKeys, threshold: 2 }, twice)).rejects.toMatchObject({
    code: 'TOO_FEW_COSIGNATURES',
  });
});

test('a log key of another name does not sign for this origin', async () => {
  const stray = signer('log', 'other.example');
  const note = { text, signatures: [signedBy(stray, text)] };
  await expect(verifyCheckpoint(ports, note, { logKeys: [stray.vkey] })).rejects.toMatchObject({
    code: 'LOG_KEY_UNKNOWN',
  });
});

test('extra data and other leaves are refused', async () => {
  const extra = formatTlogProof({ ...proof, extra: Uint8Array.of(1) });
  await expect(verifyTlogProof(ports, extra, leaf, trust)).rejects.toMatchObject({ code: 'EXTRA_DATA' });
  await expect(verifyTlogProof(ports, proofText, leaves[14]!, trust)).rejects.toMatchObject({
    code: 'INCLUSION_INVALID',
  });
  expect(leafHash(leaf)).toHaveLength(32);
});

test('no flipped bit, no truncation of a proof goes unnoticed when all keys are known', async () => {
  const bytes = toUtf8(proofText);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const verdict = async (changed: Uint8Array) => {
    let decoded: string;
    try {
      decoded = decoder.decode(changed);
    } catch {
      return 'refused';
    }
    return verifyTlogProof(ports, decoded, leaf, trust).then(
      ({ unknown }) => (unknown.length > 0 ? 'refused' : 'accepted'),
      (error: { code?: string }) => (error.code === undefined ? 'uncoded' : 'refused'),
    );
  };
  expect(await verdict(bytes)).toBe('accepted');
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at]! ^= 1 << (at % 8);
    expect(await verdict(changed), `byte ${at}`).toBe('refused');
  }
  // Whole trailing cosignature lines may go: what is left is a proof with fewer witnesses, which the threshold judges.
  const accepted: number[] = [];
  for (let end = 0; end < bytes.length; end++)
    if ((await verdict(bytes.slice(0, end))) !== 'refused') accepted.push(end);
  const lines = signatures.map((signature) => toUtf8(formatNoteSignature(signature)).length);
  expect(accepted).toEqual([bytes.length - lines[1]! - lines[2]!, bytes.length - lines[2]!]);
});

test('whatever a parser accepts it writes identically, and it refuses the rest with a code', () => {
  const edit = fc.record({
    at: fc.nat(proofText.length),
    remove: fc.nat(3),
    insert: fc.oneof(
      fc.constantFrom('\n', '\n\n', ' ', '— ', '=', '0', 'index ', 'extra ', '\r', 'é', '+'),
      fc.string(),
    ),
  });
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const bent = edits.reduce(
        (t, { at, remove, insert }) => t.slice(0, at) + insert + t.slice(at + remove),
        proofText,
      );
      try {
        expect(formatTlogProof(parseTlogProof(bent))).toBe(bent);
        accepted += 1;
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
      }
    }),
    { numRuns: 3_000 },
  );
  expect(accepted).toBeGreaterThan(0);
});
