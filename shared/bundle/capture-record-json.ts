import * as v from 'valibot';
import { canonicalFile, parseCanonicalFile } from './canonical-file.ts';
import { type CaptureRecord, captureRecordSchema } from './capture-record.ts';

/**
 * Bytes of `evidence/capture.json`: RFC 8785 and LF, the only form a bundle may hold.
 * @throws ValiError when the record breaks its own schema; RangeError for lone surrogates.
 */
export function captureRecordBytes(record: CaptureRecord): Uint8Array<ArrayBuffer> {
  return canonicalFile(v.parse(captureRecordSchema, record));
}

/**
 * Strict inverse of `captureRecordBytes`.
 * @throws BundleError FILE_MALFORMED
 */
export function parseCaptureRecord(bytes: Uint8Array): CaptureRecord {
  return parseCanonicalFile(captureRecordSchema, bytes, 'evidence/capture.json');
}
