import {
  encodeElement,
  encodeGeneralizedTime,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeUtf8String,
} from '#shared/lib/der/encode-der';
import { tag } from '#shared/lib/der/tag';
import { buildSignedData, type CertificateSigner } from './build-signed-data.ts';
import { encodeHashAlgorithm } from './hash.ts';
import { oid } from './oid.ts';
import type { TimeStampRequest } from './time-stamp-request.ts';
import { buildTimeStampResponse } from './time-stamp-response.ts';

export interface TimeStampInput {
  readonly request: TimeStampRequest;
  /** Dotted OID. */
  readonly policy: string;
  /** Unique for this TSA; positive, below 2^159. */
  readonly serial: bigint;
  /** UTC milliseconds; written with its milliseconds. */
  readonly genTime: number;
  /** Half-width of the interval the true time lies in, milliseconds. */
  readonly accuracy: number;
  readonly signer: CertificateSigner;
  /** Certificates embedded when the request asks for them; DER, the signer's among them. */
  readonly certificates: readonly Uint8Array[];
}

/** Builds a granted TimeStampResp in DER (RFC 3161 §2.4.2). @throws what `signer.sign` throws */
export async function buildTimeStamp(input: TimeStampInput): Promise<Uint8Array> {
  const { request } = input;
  const info = encodeSequence(
    encodeInteger(1),
    encodeObjectIdentifier(input.policy),
    encodeSequence(encodeHashAlgorithm(request.imprintHash, true), encodeOctetString(request.imprint)),
    encodeInteger(input.serial),
    encodeGeneralizedTime(input.genTime),
    encodeAccuracy(input.accuracy),
    ...(request.nonce === undefined ? [] : [encodeInteger(request.nonce)]),
  );
  const token = await buildSignedData({
    contentType: oid.tstInfo,
    content: info,
    detached: false,
    signer: input.signer,
    certificates: request.certReq ? input.certificates : [],
  });
  return buildTimeStampResponse(token);
}

function encodeAccuracy(millis: number): Uint8Array {
  const seconds = Math.floor(millis / 1000);
  const rest = millis % 1000;
  return encodeSequence(
    ...(seconds === 0 ? [] : [encodeInteger(seconds)]),
    ...(rest === 0 ? [] : [encodeInteger(rest, tag.primitive(0))]),
  );
}

/** PKIFailureInfo bits (RFC 3161 §2.4.2). */
const timeStampFailure = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  systemFailure: 25,
} as const;
export type TimeStampFailure = keyof typeof timeStampFailure;

/** A TimeStampResp with status "rejection" (2). */
export function buildTimeStampRefusal(failure: TimeStampFailure, text: string): Uint8Array {
  const bit = timeStampFailure[failure];
  const bytes = new Uint8Array((bit >> 3) + 1);
  bytes[bit >> 3] = 0x80 >> (bit & 7);
  const failInfo = encodeElement(tag.bitString, Uint8Array.of(7 - (bit & 7)), bytes);
  return encodeSequence(encodeSequence(encodeInteger(2), encodeSequence(encodeUtf8String(text)), failInfo));
}
