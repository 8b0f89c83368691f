import { isSha256, type Sha256 } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { packagePath } from './layout.ts';
import { SealFormatError } from './seal-format-error.ts';

/** `bagit.txt`, RFC 8493 §2.1.1. */
export const BAGIT_TXT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** `bag-info.txt`, RFC 8493 §2.2.2; every member is one line. */
export interface BagInfo {
  /** The organisation that runs the service. */
  readonly sourceOrganization: string;
  /** Package id `EVD-…`. */
  readonly externalIdentifier: string;
  /** Capture id `CAP-…`. */
  readonly internalSenderIdentifier: string;
  /** UTC date of sealing, `YYYY-MM-DD`. */
  readonly baggingDate: string;
  readonly softwareAgent: string;
  /** Total size of the payload files in bytes, and how many. */
  readonly payload: { readonly bytes: number; readonly files: number };
  /** Log leaf hash of the previous seal of the same case chain: the seal's log leaf repeats it. */
  readonly previousSeal: Sha256 | '-';
}

const labels = [
  'Source-Organization',
  'External-Identifier',
  'Internal-Sender-Identifier',
  'Bagging-Date',
  'Bag-Software-Agent',
  'Payload-Oxum',
  'Previous-Seal',
] as const;

/** @throws SealFormatError `BAG_INFO_MALFORMED` for a value that does not fit on its line. */
export function buildBagInfo(info: BagInfo): Uint8Array<ArrayBuffer> {
  const values = [
    info.sourceOrganization,
    info.externalIdentifier,
    info.internalSenderIdentifier,
    info.baggingDate,
    info.softwareAgent,
    `${info.payload.bytes}.${info.payload.files}`,
    info.previousSeal,
  ];
  const bytes = toUtf8(labels.map((label, index) => `${label}: ${values[index]}\n`).join(''));
  parseBagInfo(bytes);
  return bytes;
}

/**
 * Strict inverse of `buildBagInfo`: these seven lines in this order, no continuation lines.
 * @throws SealFormatError `BAG_INFO_MALFORMED`.
 */
export function parseBagInfo(bytes: Uint8Array): BagInfo {
  const values = readLines(bytes);
  const [organization, external, internal, date, agent, oxum, previous] = values as Required<typeof values>;
  const [, octets, files] = /^(0|[1-9][0-9]{0,15})\.([1-9][0-9]{0,6})$/.exec(oxum ?? '') ?? [];
  if (octets === undefined || files === undefined || !Number.isSafeInteger(Number(octets)))
    throw malformed('Payload-Oxum is not "<bytes>.<files>"');
  if (!isCalendarDate(date ?? '')) throw malformed('Bagging-Date is not a date');
  if (previous !== '-' && !isSha256(previous)) throw malformed('Previous-Seal is neither a SHA-256 nor "-"');
  return {
    sourceOrganization: organization ?? '',
    externalIdentifier: external ?? '',
    internalSenderIdentifier: internal ?? '',
    baggingDate: date ?? '',
    softwareAgent: agent ?? '',
    payload: { bytes: Number(octets), files: Number(files) },
    previousSeal: previous,
  };
}

function readLines(bytes: Uint8Array): string[] {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (cause) {
    throw malformed('not UTF-8', cause);
  }
  const lines = text.split('\n');
  if (lines.length !== labels.length + 1 || lines.at(-1) !== '') throw malformed('not the seven fixed lines');
  return labels.map((label, index) => {
    const line = lines[index] ?? '';
    const value = line.slice(label.length + 2);
    if (!line.startsWith(`${label}: `) || value.trim() !== value || !/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u.test(value))
      throw malformed(`line ${index + 1} is not "${label}: <text>"`);
    return value;
  });
}

function isCalendarDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function malformed(why: string, cause?: unknown): SealFormatError {
  return new SealFormatError('BAG_INFO_MALFORMED', `${packagePath.bagInfo}: ${why}`, {
    entry: packagePath.bagInfo,
    cause,
  });
}
