import { CodedError } from '#shared/lib/errors';
import { toHex } from '#shared/lib/hex';
import { fromUtf8 } from '#shared/lib/utf8';
import { parseVerifierKey, type VerifierKey, type VerifierKeyKind } from '#shared/log/verifier-key';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { VerifyError } from './verify-error.ts';

/** What the user demands beyond his anchors. Never read from a package. */
interface TrustPolicy {
  /** How many different trusted witnesses must have cosigned the checkpoint of the seal. */
  readonly witnesses: number;
  /** How many time-stamps over the seal must come from trusted authorities. */
  readonly timeStamps: number;
}

/** Whom the user trusts, obtained outside the package. */
export interface TrustAnchors {
  /** Roots of signers and time-stamp authorities alike. */
  readonly certificates: readonly Certificate[];
  /** vkeys of logs (C2SP signed-note). */
  readonly logKeys: readonly string[];
  /** vkeys of witnesses (C2SP tlog-cosignature). */
  readonly witnessKeys: readonly string[];
  readonly policy: TrustPolicy;
}

/** No anchors at all: then no package is ever called valid. */
export const noAnchors: TrustAnchors = {
  certificates: [],
  logKeys: [],
  witnessKeys: [],
  policy: { witnesses: 0, timeStamps: 0 },
};

/** Whether the user gave anything to trust. */
function hasAnchors({ certificates, logKeys, witnessKeys }: TrustAnchors): boolean {
  return certificates.length + logKeys.length + witnessKeys.length > 0;
}

/**
 * Several trust files as one: anchors are united, each counted once; of the policies the stricter number holds.
 */
export function mergeAnchors(parts: readonly TrustAnchors[]): TrustAnchors {
  const certificates = new Map(
    parts.flatMap((part) => part.certificates.map((certificate) => [toHex(certificate.der), certificate])),
  );
  return {
    certificates: [...certificates.values()],
    logKeys: [...new Set(parts.flatMap((part) => part.logKeys))],
    witnessKeys: [...new Set(parts.flatMap((part) => part.witnessKeys))],
    policy: {
      witnesses: Math.max(0, ...parts.map((part) => part.policy.witnesses)),
      timeStamps: Math.max(0, ...parts.map((part) => part.policy.timeStamps)),
    },
  };
}

/**
 * Parses a trust file: PEM certificates, vkey lines of logs and witnesses, and policy lines, in any order.
 *
 *     # comment
 *     -----BEGIN CERTIFICATE----- …
 *     example.org/log+1a2b3c4d+AQ…
 *     witness notary.example+5e6f7a8b+BA…
 *     policy witnesses 1
 *     policy time-stamps 1
 *
 * A vkey says itself whether it is a log's or a witness's; the word `witness` before it is optional and must then be
 * true. Nothing else is skipped, because a mistyped anchor must not silently be none.
 * @throws VerifyError TRUST_EMPTY, TRUST_LINE_UNKNOWN, TRUST_KEY_MALFORMED, TRUST_CERTIFICATE_MALFORMED,
 *   TRUST_POLICY_MALFORMED; `entry` is the line (`line 3`) or the block (`certificate 2`).
 */
export function parseTrustFile(text: string): TrustAnchors {
  const plain = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const certificates = parseCertificates(plain);
  const keys: VerifierKeyText[] = [];
  const policy = { witnesses: 0, timeStamps: 0 };
  for (const { line, entry } of linesOutsideBlocks(plain)) {
    if (line.startsWith('policy ')) Object.assign(policy, parsePolicy(line, entry));
    else keys.push(parseKeyLine(line, entry));
  }
  const anchors = {
    certificates,
    logKeys: keysOf(keys, 'log'),
    witnessKeys: keysOf(keys, 'witness'),
    policy,
  };
  if (!hasAnchors(anchors) && policy.witnesses + policy.timeStamps === 0)
    throw new VerifyError('TRUST_EMPTY', 'the trust file names no certificate and no key');
  return anchors;
}

/**
 * A trust file as stored: the text of `parseTrustFile`, or one certificate in DER, as some authorities publish it.
 * @throws VerifyError as `parseTrustFile`, and TRUST_NOT_TEXT.
 */
export function readTrustFile(bytes: Uint8Array): TrustAnchors {
  // 0x30 is the identifier of SEQUENCE, and as text the digit 0, with which no line of a trust file begins.
  if (bytes[0] === 0x30) return { ...noAnchors, certificates: [certificateOf(bytes, 'certificate 1')] };
  try {
    return parseTrustFile(fromUtf8(bytes));
  } catch (cause) {
    if (cause instanceof VerifyError) throw cause;
    throw new VerifyError('TRUST_NOT_TEXT', 'the trust file is neither UTF-8 text nor a certificate', {
      cause,
    });
  }
}

interface VerifierKeyText {
  readonly kind: VerifierKeyKind;
  readonly text: string;
}

interface NumberedLine {
  readonly line: string;
  readonly entry: string;
}

function linesOutsideBlocks(text: string): NumberedLine[] {
  const lines: NumberedLine[] = [];
  let inside = false;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (raw === '-----BEGIN CERTIFICATE-----') inside = true;
    else if (raw === '-----END CERTIFICATE-----' && inside) inside = false;
    else if (!inside && line !== '' && !line.startsWith('#'))
      lines.push({ line, entry: `line ${index + 1}` });
  });
  return lines;
}

function parseCertificates(text: string): Certificate[] {
  let blocks: Uint8Array[];
  try {
    blocks = parsePem(text, 'CERTIFICATE');
  } catch (cause) {
    throw new VerifyError('TRUST_CERTIFICATE_MALFORMED', 'a certificate block is malformed', {
      entry: 'certificate',
      cause,
    });
  }
  return blocks.map((der, index) => certificateOf(der, `certificate ${index + 1}`));
}

function certificateOf(der: Uint8Array, entry: string): Certificate {
  try {
    return parseCertificate(der);
  } catch (cause) {
    const why = cause instanceof CodedError ? cause.message : 'unreadable';
    throw new VerifyError('TRUST_CERTIFICATE_MALFORMED', `not a certificate: ${why}`, { entry, cause });
  }
}

function parseKeyLine(line: string, entry: string): VerifierKeyText {
  const labelled = line.startsWith('witness ');
  const text = labelled ? line.slice('witness '.length).trim() : line;
  if (!text.includes('+'))
    throw new VerifyError('TRUST_LINE_UNKNOWN', `"${line}" is no certificate, key or policy`, { entry });
  const { kind } = verifierKeyOf(text, entry);
  if (labelled && kind !== 'witness')
    throw new VerifyError('TRUST_KEY_MALFORMED', 'the key of a log is labelled as a witness', { entry });
  return { kind, text };
}

function verifierKeyOf(text: string, entry: string): VerifierKey {
  try {
    return parseVerifierKey(text);
  } catch (cause) {
    const why = cause instanceof CodedError ? cause.message : 'unreadable';
    throw new VerifyError('TRUST_KEY_MALFORMED', `not a verifier key: ${why}`, { entry, cause });
  }
}

function keysOf(keys: readonly VerifierKeyText[], kind: VerifierKeyKind): string[] {
  return [...new Set(keys.filter((key) => key.kind === kind).map(({ text }) => text))];
}

function parsePolicy(line: string, entry: string): Partial<TrustPolicy> {
  const [, name, count] = /^policy +(witnesses|time-stamps) +(0|[1-9][0-9]?)$/.exec(line) ?? [];
  if (name === undefined || count === undefined)
    throw new VerifyError(
      'TRUST_POLICY_MALFORMED',
      'a policy is "policy witnesses N" or "policy time-stamps N"',
      { entry },
    );
  return name === 'witnesses' ? { witnesses: Number(count) } : { timeStamps: Number(count) };
}
