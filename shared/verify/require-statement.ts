import { fromBase64 } from '#shared/lib/base64';
import { type Leaf, leafBytes } from '#shared/log/leaf';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem, toPem } from '#shared/pki/pem';
import { requirePurpose } from '#shared/pki/purpose';
import { signingAlgorithmOf } from '#shared/pki/signing-algorithm';
import { verifyChain } from '#shared/pki/verify-chain';
import { need, type Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

/** A signed and logged statement of the service: a receipt, a second look. */
export interface Statement {
  /** The bytes signed, whose SHA-256 the leaf holds. */
  readonly signed: Uint8Array;
  /** base64; ECDSA as raw r‖s. */
  readonly signature: string;
  /** PEM of the signing certificate, then of those between it and the root, if any. */
  readonly certificate: string;
  /** tlog-proof of `leaf`. */
  readonly proof: string;
  readonly leaf: Leaf;
  /** When it was made, UTC ms: its certificate must have held then. */
  readonly at: number;
  /** File it stands in. */
  readonly entry: string;
}

/**
 * Holds a statement to the root and the log that this package was sealed under.
 * @throws VerifyError NOT_CANONICAL, SIGNATURE_INVALID, STATEMENT_MALFORMED; PkiError, LogError; NotChecked
 */
export async function requireStatement(verification: Verification, statement: Statement): Promise<void> {
  await requireSignature(verification, statement);
  const { log, witnesses } = need(verification, 'trustFolder');
  await verifyTlogProof(verification.ports, statement.proof, leafBytes(statement.leaf), {
    logKeys: [log.vkey],
    witnessKeys: witnesses.map(({ vkey }) => vkey),
  });
}

async function requireSignature(
  verification: Verification,
  { signed, signature, certificate: pem, at, entry }: Statement,
): Promise<void> {
  const { ports } = verification;
  const ders = parsePem(pem, 'CERTIFICATE');
  const [certificate, ...between] = ders.map(parseCertificate);
  if (certificate === undefined || ders.map((der) => toPem('CERTIFICATE', der)).join('') !== pem)
    throw new VerifyError('NOT_CANONICAL', `${entry} holds no certificate, or more than certificates`, {
      entry,
    });
  const valid = await ports.verifySignature({
    algorithm: signingAlgorithmOf(certificate.publicKey),
    publicKey: certificate.publicKey,
    data: signed,
    signature: signatureBytes(signature, entry),
  });
  if (!valid) throw new VerifyError('SIGNATURE_INVALID', `the signature of ${entry} is wrong`, { entry });
  requirePurpose(certificate, 'signing');
  const { ca } = need(verification, 'trustFolder');
  const embedded = need(verification, 'signature').certificates;
  await verifyChain(ports, certificate, [...embedded, ...between], [ca.certificate], at);
}

function signatureBytes(text: string, entry: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new VerifyError('STATEMENT_MALFORMED', `the signature of ${entry} is not base64`, { entry, cause });
  }
}
