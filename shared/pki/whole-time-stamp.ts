import { berToDer } from '#shared/lib/der/ber-to-der';
import type { Ports } from '#shared/lib/port';
import type { Certificate } from './certificate.ts';
import { normaliseTimeStamp } from './normalise-time-stamp.ts';
import { parseTimeStampResponse } from './time-stamp-response.ts';
import { isSelfIssued, verifyChain } from './verify-chain.ts';

/**
 * Writes the answer of a foreign time-stamp service (BER) anew in canonical form with its whole chain embedded, root
 * included, so that the token can be checked from itself and the root alone. Only certificates of the signer's chain
 * stay; the token says no less without the others.
 * @param roots where the chain must end; `undefined`: in a root that the answer carries.
 * @param intermediates certificates the service may have left out.
 * @throws DerError, PkiError when the answer is a refusal or no token, or no chain exists
 */
export async function wholeTimeStamp(
  ports: Ports,
  answer: Uint8Array,
  roots: readonly Certificate[] | undefined,
  intermediates: readonly Certificate[] = [],
): Promise<Uint8Array> {
  const der = berToDer(answer);
  const { certificates, signedData, genTime } = parseTimeStampResponse(der, { foreign: true });
  const signer = certificates.find(({ serial }) => serial === signedData.signer.serial);
  if (signer === undefined) return normaliseTimeStamp(der, []);
  const between = [...certificates, ...intermediates].filter((certificate) => !isSelfIssued(certificate));
  const ends = roots ?? certificates.filter(isSelfIssued);
  const chain = await verifyChain(ports, signer, between, ends, genTime);
  return normaliseTimeStamp(
    der,
    chain.map((certificate) => certificate.der),
  );
}
