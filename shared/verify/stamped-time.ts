import type { Ports } from '#shared/lib/port';
import type { Certificate } from '#shared/pki/certificate';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import { inEntry } from './in-entry.ts';

/** A time-stamp whose signature, imprint and embedded chain hold; whether its authority is trusted is another check. */
export interface StampedTime {
  /** The package entry that holds the token. */
  readonly entry: string;
  /** UTC ms. */
  readonly genTime: number;
  readonly signer: Certificate;
  /** Embedded beside the signature. */
  readonly certificates: readonly Certificate[];
}

/**
 * Verifies a TimeStampResp (DER) over `digest`, its chain judged at genTime, without any anchor of the user.
 * @throws CodedError naming `entry`.
 */
export async function verifyStampedTime(
  ports: Ports,
  response: Uint8Array,
  digest: Uint8Array,
  entry: string,
): Promise<StampedTime> {
  return inEntry(entry, async () => {
    const { genTime, signer } = await verifyTimeStamp(ports, response, { digest });
    return { entry, genTime, signer, certificates: parseTimeStampResponse(response).certificates };
  });
}
