import type { Ports } from '#shared/lib/port';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { verifyChain } from '#shared/pki/verify-chain';
import { type SignedText, verifySignedText } from '#shared/pki/verify-signed-text';

/**
 * Why a statement is not one of the paired organisation: its signature, and a chain to a certificate of the trust
 * file, judged when the statement says it was made.
 * @param trust trust file handed over at pairing
 * @param at UTC ms
 * @returns `undefined` when it is one
 */
export async function statementFault(
  ports: Ports,
  statement: SignedText,
  trust: string,
  at: number,
): Promise<string | undefined> {
  try {
    const { signer, intermediates } = await verifySignedText(ports, statement);
    const anchors = parsePem(trust, 'CERTIFICATE').map(parseCertificate);
    await verifyChain(ports, signer, intermediates, anchors, at);
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
