import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';

/** What the log may hold: hashes and ids only, never a URL or a name. One text line per field, LF-terminated. */
export type Leaf =
  | { type: 'evidence-pairing/v1'; publicKey: Sha256 }
  | { type: 'evidence-challenge/v1'; challenge: Sha256 }
  | { type: 'evidence-anchor/v1'; device: string; digest: Sha256 }
  | { type: 'evidence-receipt/v1'; receipt: Sha256 }
  | { type: 'evidence-correction/v1'; correction: Sha256 }
  | {
      type: 'evidence-seal/v1';
      packageId: string;
      bundle: Sha256;
      /** Leaf hash of the previous seal of the same case chain. */
      previous: Sha256 | '-';
      tagManifest: Sha256;
      sealManifest: Sha256;
    };

const FORMS: Readonly<Record<Leaf['type'], RegExp>> = {
  'evidence-pairing/v1': /^[0-9a-f]{64}\n$/,
  'evidence-challenge/v1': /^[0-9a-f]{64}\n$/,
  'evidence-anchor/v1': /^[0-9a-f]{8}\n[0-9a-f]{64}\n$/,
  'evidence-receipt/v1': /^[0-9a-f]{64}\n$/,
  'evidence-correction/v1': /^[0-9a-f]{64}\n$/,
  'evidence-seal/v1': /^EVD-[A-Z2-7]{16}\n[0-9a-f]{64}\n(?:[0-9a-f]{64}|-)\n(?:[0-9a-f]{64}\n){2}$/,
};

/** Which leaf an entry of the log is; `undefined` when it is none that `leafBytes` writes. */
export function leafTypeOf(entry: Uint8Array): Leaf['type'] | undefined {
  const text = String.fromCharCode(...entry.subarray(0, MAX_LEAF_BYTES + 1));
  const end = text.indexOf('\n');
  const type = text.slice(0, end);
  if (end < 0 || !isLeafType(type)) return undefined;
  return FORMS[type].test(text.slice(end + 1)) ? type : undefined;
}

/** The longest leaf, a seal, has 301 bytes. */
const MAX_LEAF_BYTES = 400;

function isLeafType(text: string): text is Leaf['type'] {
  return Object.hasOwn(FORMS, text);
}

/** The bytes appended to the log for a leaf. */
export function leafBytes(leaf: Leaf): Uint8Array {
  return toUtf8(`${fields(leaf).join('\n')}\n`);
}

function fields(leaf: Leaf): string[] {
  switch (leaf.type) {
    case 'evidence-pairing/v1':
      return [leaf.type, leaf.publicKey];
    case 'evidence-challenge/v1':
      return [leaf.type, leaf.challenge];
    case 'evidence-anchor/v1':
      return [leaf.type, leaf.device, leaf.digest];
    case 'evidence-receipt/v1':
      return [leaf.type, leaf.receipt];
    case 'evidence-correction/v1':
      return [leaf.type, leaf.correction];
    case 'evidence-seal/v1':
      return [leaf.type, leaf.packageId, leaf.bundle, leaf.previous, leaf.tagManifest, leaf.sealManifest];
  }
}
