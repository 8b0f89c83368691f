import { anchorAnswer } from '#shared/api/schemas';
import { fromBase64 } from '#shared/lib/base64';
import type { Sha256 } from '#shared/lib/sha256';
import { askAuthorities } from './ask-authorities.ts';
import type { FinishingContext } from './context.ts';

interface Stamp {
  /** RFC 3161 TimeStampResp, DER. */
  readonly token: Uint8Array<ArrayBuffer>;
  /** tlog-proof of the service's log; an authority asked directly has none. */
  readonly proof?: string;
  /** Address of the authority that was asked directly. */
  readonly authority?: string;
}

/**
 * Has a digest time-stamped and logged by the service; when it gives nothing, by a configured authority.
 * @throws PipelineError of the service when no authority is configured, AUTHORITY_FAILED when those failed too
 */
export async function stampDigest(
  context: FinishingContext,
  digest: Sha256,
  askService: () => Promise<{ token: string; proof: string }> = () => askOnce(context, digest),
): Promise<Stamp> {
  try {
    const { token, proof } = await askService();
    return { token: new Uint8Array(fromBase64(token)), proof };
  } catch (error) {
    const stamp = await askAuthorities(context, digest);
    if (stamp === undefined) throw error;
    return stamp;
  }
}

const TIMEOUT_MS = 10_000;

function askOnce({ service }: FinishingContext, digest: Sha256): Promise<{ token: string; proof: string }> {
  return service.ask({
    method: 'POST',
    path: '/anchors',
    body: { digest },
    answer: anchorAnswer,
    timeoutMs: TIMEOUT_MS,
  });
}
