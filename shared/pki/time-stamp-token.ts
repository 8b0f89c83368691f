import { DerReader } from '#shared/lib/der/der-reader';
import type { DerNode } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import type { Certificate } from './certificate.ts';
import { parseExtensions } from './extension.ts';
import { type HashName, parseHashAlgorithm } from './hash.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';

/** What a time-stamp says (TSTInfo, RFC 3161 §2.4.2). */
interface TimeStampInfo {
  /** Dotted OID. */
  readonly policy: string;
  readonly imprintHash: HashName;
  /** The stamped digest. */
  readonly imprint: Uint8Array;
  readonly serial: bigint;
  /** UTC milliseconds; finer fractions are cut off. */
  readonly genTime: number;
  /** Half-width of the interval around genTime, milliseconds rounded up; `undefined` where it is not said. */
  readonly accuracy: number | undefined;
  readonly nonce: bigint | undefined;
}

/** A time-stamp token, parsed but not verified. */
export interface TimeStampToken extends TimeStampInfo {
  readonly signedData: SignedData;
  readonly certificates: readonly Certificate[];
}

/**
 * Parses a TimeStampToken, the CMS without the response around it.
 * @throws DerError, PkiError
 */
export function parseTimeStampToken(der: Uint8Array, options: { foreign?: boolean } = {}): TimeStampToken {
  const signedData = parseSignedData(der, options);
  if (signedData.contentType !== oid.tstInfo || signedData.content === undefined)
    throw new PkiError('TIME_STAMP_MALFORMED', 'not a time-stamp token', { entry: 'time-stamp' });
  return { ...parseInfo(signedData.content), signedData, certificates: signedData.certificates };
}

function parseInfo(der: Uint8Array): TimeStampInfo {
  const reader = DerReader.of(der, 'time-stamp');
  if (reader.number() !== 1) throw malformed('version');
  const policy = reader.oid();
  const { imprintHash, imprint } = parseImprint(reader.next(tag.sequence));
  const serial = reader.integer();
  const genTime = reader.generalizedTime();
  const accuracy = reader.optional(tag.sequence);
  const ordering = reader.optional(tag.boolean);
  if (ordering !== undefined && ordering.content[0] === 0) throw malformed('default value is encoded');
  const nonce = reader.optionalInteger();
  reader.optional(tag.constructed(0));
  const extensions = reader.optional(tag.constructed(1));
  reader.end();
  if (extensions !== undefined) refuseCritical(extensions);
  return {
    policy,
    imprintHash,
    imprint,
    serial,
    genTime,
    accuracy: accuracy === undefined ? undefined : parseAccuracy(accuracy),
    nonce,
  };
}

/** MessageImprint (RFC 3161 §2.4.1). @throws PkiError TIME_STAMP_MALFORMED when the length does not fit; DerError */
export function parseImprint(node: DerNode): { imprintHash: HashName; imprint: Uint8Array } {
  const reader = DerReader.over(node, 'message imprint');
  const imprintHash = parseHashAlgorithm(reader.next(tag.sequence));
  const imprint = reader.octets();
  reader.end();
  if (8 * imprint.length !== Number(imprintHash.slice(3))) throw malformed('imprint of the wrong length');
  return { imprintHash, imprint };
}

/** Accuracy: seconds, [0] milliseconds 1–999, [1] microseconds 1–999, each optional. */
function parseAccuracy(node: DerNode): number {
  const reader = new DerReader(node, 'accuracy');
  const seconds = Number(reader.optionalInteger() ?? 0n);
  const millis = smallPart(reader.optional(tag.primitive(0)));
  const micros = smallPart(reader.optional(tag.primitive(1)));
  reader.end();
  if (seconds < 0 || seconds > 86_400 * 366) throw malformed('accuracy');
  return 1000 * seconds + millis + (micros > 0 ? 1 : 0);
}

function smallPart(node: DerNode | undefined): number {
  if (node === undefined) return 0;
  const [high = 0, low] = node.content;
  const value = low === undefined ? high : 256 * high + low;
  const minimal = low === undefined ? high < 0x80 : value >= 0x80;
  if (node.content.length < 1 || node.content.length > 2 || !minimal || value < 1 || value > 999)
    throw malformed('accuracy');
  return value;
}

function refuseCritical(node: DerNode): void {
  const sequence = { ...node, tag: tag.sequence };
  if (parseExtensions(sequence).some(({ critical }) => critical))
    throw new PkiError('EXTENSION_UNSUPPORTED', 'critical extension of a time-stamp', {
      entry: 'time-stamp',
    });
}

function malformed(what: string): PkiError {
  return new PkiError('TIME_STAMP_MALFORMED', `time-stamp: ${what}`, { entry: 'time-stamp' });
}
