import * as v from 'valibot';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { parseJson } from '#shared/lib/parse-json';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { BundleError } from './bundle-error.ts';

/**
 * The one form a JSON file of a bundle may have: RFC 8785 and LF.
 * @throws RangeError for lone surrogates and numbers that are not finite.
 */
export function canonicalFile(value: Json): Uint8Array<ArrayBuffer> {
  return toUtf8(`${canonicalJson(value)}\n`);
}

/**
 * Parses a file that must be the RFC 8785 form of a value and LF, so that it has one reading only (no repeated
 * keys, no other spelling of a number).
 * @throws BundleError FILE_MALFORMED naming `path` and, where the schema objects, the field.
 */
export function parseCanonicalFile<Schema extends v.GenericSchema>(
  schema: Schema,
  bytes: Uint8Array,
  path: string,
): v.InferOutput<Schema> {
  const malformed = (message: string, cause?: unknown, field?: string) =>
    new BundleError('FILE_MALFORMED', message, {
      entry: field === undefined ? path : `${path}#${field}`,
      cause,
    });
  let value: Json;
  let canonical: boolean;
  try {
    const text = fromUtf8(bytes);
    value = parseJson(text);
    canonical = `${canonicalJson(value)}\n` === text;
  } catch (cause) {
    throw malformed('not JSON in UTF-8', cause);
  }
  if (!canonical) throw malformed('not in RFC 8785 form with a final LF');
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw malformed(issue.message, undefined, v.getDotPath(issue) ?? undefined);
}
