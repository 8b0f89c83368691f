import * as v from 'valibot';
import { sha256Schema } from '#shared/bundle/capture-record';

/**
 * `receipt.json`: the service's signed answer to an upload. `signature` (base64; ECDSA as raw r‖s; the algorithm follows
 * from the key) is by `certificate` over the RFC 8785 form of `receipt`; `proof` is the tlog-proof of the `evidence-receipt/v1` leaf,
 * whose hash is SHA-256 of the same bytes.
 */
export const receiptSchema = v.strictObject({
  receipt: v.strictObject({
    version: v.literal(1),
    package: v.pipe(v.string(), v.regex(/^EVD-[A-Z2-7]{16}$/)),
    capture: v.nullable(v.string()),
    bundle: v.strictObject({ sha256: sha256Schema, bytes: v.number() }),
    verdict: v.picklist(['accepted', 'refused']),
    refusal: v.nullable(v.strictObject({ code: v.string(), entry: v.nullable(v.string()) })),
    receivedAt: v.pipe(v.string(), v.isoTimestamp()),
    /** Named defects that do not refuse: no challenge, no token, wide interval, gap in numbers. */
    defects: v.array(v.string()),
  }),
  signature: v.string(),
  /** PEM of the signing certificate, then of those between it and the root, if any. */
  certificate: v.string(),
  proof: v.string(),
});
export type Receipt = v.InferOutput<typeof receiptSchema>;
