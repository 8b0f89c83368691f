import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';

/** What the log may hold: hashes and ids only, never a URL or a name. One text line per field, LF-terminated. */
export type Leaf =
  | { type: 'evidence-pairing/v1'; publicKey: Sha256 }
  | { type: 'evidence-challenge/v1'; challenge: Sha256 }
  | { type: 'evidence-anchor/v1'; device: string; digest: Sha256 }
  /** A capture number that ended without a package: digest of what the device said. */
  | { type: 'evidence-closing/v1'; closing: Sha256 }
  /** Capture numbers of a device declared missing, `first` to `last`. */
  | { type: 'evidence-gap/v1'; device: string; first: number; last: number }
  | { type: 'evidence-receipt/v1'; receipt: Sha256 }
  | { type: 'evidence-correction/v1'; correction: Sha256 }
  /** Digest of the tombstone of a package deleted after its retention period. */
  | { type: 'evidence-deletion/v1'; tombstone: Sha256 }
  | { type: 'evidence-second-look/v1'; look: Sha256 }
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
  'evidence-closing/v1': /^[0-9a-f]{64}\n$/,
  'evidence-gap/v1': /^[0-9a-f]{8}\n(?:[1-9][0-9]{0,15}\n){2}$/,
  'evidence-receipt/v1': /^[0-9a-f]{64}\n$/,
  'evidence-correction/v1': /^[0-9a-f]{64}\n$/,
  'evidence-deletion/v1': /^[0-9a-f]{64}\n$/,
  'evidence-second-look/v1': /^[0-9a-f]{64}\n$/,
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
    case 'evidence-closing/v1':
      return [leaf.type, leaf.closing];
    case 'evidence-gap/v1':
      return [leaf.type, leaf.device, String(leaf.first), String(leaf.last)];
    case 'evidence-receipt/v1':
      return [leaf.type, leaf.receipt];
    case 'evidence-correction/v1':
      return [leaf.type, leaf.correction];
    case 'evidence-deletion/v1':
      return [leaf.type, leaf.tombstone];
    case 'evidence-second-look/v1':
      return [leaf.type, leaf.look];
    case 'evidence-seal/v1':
      return [leaf.type, leaf.packageId, leaf.bundle, leaf.previous, leaf.tagManifest, leaf.sealManifest];
  }
}
