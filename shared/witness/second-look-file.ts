import * as v from 'valibot';
import { captureIdSchema, sha256Schema } from '#shared/bundle/capture-record';

/** Lines and prices that are listed; what is beyond is counted. */
export const LISTED = { lines: 50, prices: 50, characters: 300, names: 100, addresses: 20 } as const;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const instant = v.pipe(v.string(), v.isoTimestamp());
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const packageId = v.pipe(v.string(), v.regex(/^EVD-[A-Z2-7]{16}$/));
const line = text(LISTED.characters + 20);

/** A server certificate as it is named in a statement. */
const certificateFacts = v.strictObject({
  /** Of the DER. */
  sha256: sha256Schema,
  subject: text(1000),
  issuer: text(1000),
  names: v.pipe(v.array(text(300)), v.maxLength(LISTED.names)),
  notBefore: instant,
  notAfter: instant,
});

const verdict = v.picklist(['same', 'different', 'not-recorded']);
const listed = v.strictObject({ count, lines: v.pipe(v.array(line), v.maxLength(LISTED.lines)) });
const prices = v.pipe(v.array(text(60)), v.maxLength(LISTED.prices));

const common = {
  version: v.literal(1),
  package: packageId,
  capture: captureIdSchema,
  /** SHA-256 of the bundle spoken of. */
  bundle: sha256Schema,
  at: instant,
};

/** The service opened one TLS connection to the captured host itself; nothing was asked for over it. */
const connectionLook = v.strictObject({
  ...common,
  kind: v.literal('connection'),
  host: text(300),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  /** Every address the service's resolver gave. */
  addresses: v.pipe(v.array(text(60)), v.maxLength(LISTED.addresses)),
  /** The one it connected to. */
  address: text(60),
  certificate: certificateFacts,
  /** What the bundle says of the connection its document came over. */
  recorded: v.strictObject({ address: v.nullable(text(60)), certificate: v.nullable(certificateFacts) }),
  verdicts: v.strictObject({
    /** Whether the recorded address is among those the resolver gave. */
    address: verdict,
    /** Of the leaf; `same-issuer-and-names`: another certificate by the same issuer for the same names. */
    certificate: v.picklist(['same', 'same-issuer-and-names', 'different', 'not-recorded']),
  }),
});

/** Another device captured the same address within five minutes. */
const captureLook = v.strictObject({
  ...common,
  kind: v.literal('capture'),
  second: v.strictObject({
    package: packageId,
    capture: captureIdSchema,
    bundle: sha256Schema,
    device: text(20),
  }),
  /** Whether two different people paired the devices; `not-known` where a script did. */
  officers: v.picklist(['different', 'not-known']),
  /** By both device clocks, from this capture to the second. */
  secondsApart: v.pipe(v.number(), v.minValue(-300), v.maxValue(300)),
  title: v.strictObject({ verdict, first: text(2000), second: text(2000) }),
  /** Visible text of the main frame, line by line; null in `first` and `second` where it was not recorded. */
  text: v.strictObject({
    verdict,
    first: v.nullable(count),
    second: v.nullable(count),
    onlyFirst: listed,
    onlySecond: listed,
  }),
  /** Distinct prices in the text, in the order of their first showing. */
  prices: v.strictObject({ verdict, first: prices, second: prices }),
});

/** What a second look found; digest and signature are over its RFC 8785 form. */
export const secondLook = v.variant('kind', [connectionLook, captureLook]);
export type SecondLook = v.InferOutput<typeof secondLook>;
export type ConnectionLook = v.InferOutput<typeof connectionLook>;
export type CaptureLook = v.InferOutput<typeof captureLook>;
export type CertificateOfLook = v.InferOutput<typeof certificateFacts>;

/**
 * A witness artefact 旁证: `second-look-N.json` in a package that was not sealed yet, otherwise a file beside it. Signed
 * as a receipt is, over the RFC 8785 form of `look`, whose SHA-256 the log leaf `evidence-second-look/v1` holds.
 */
export const secondLookFile = v.strictObject({
  look: secondLook,
  signature: v.string(),
  /** PEM of the signing certificate, then of those between it and the root, if any. */
  certificate: v.string(),
  proof: v.string(),
});
export type SecondLookFile = v.InferOutput<typeof secondLookFile>;
