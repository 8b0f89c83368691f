import { concatBytes } from '#shared/lib/concat-bytes';
import { toHex } from '#shared/lib/hex';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { HeaderList } from './engine-event.ts';
import type { Exchange } from './exchange.ts';

/** One value left out of WARC and HAR. Whoever holds the value can show that it is the one: SHA-256(salt ‖ value). */
interface Redaction {
  /** Id of the exchange. */
  readonly exchange: string;
  /** `request cookie`, `response set-cookie`, …; a header sent twice has two entries, in order. */
  readonly field: string;
  /** UTF-8 bytes of the value. */
  readonly length: number;
  readonly digest: Sha256;
  /** Hexadecimal. */
  readonly salt: string;
}

export interface RedactedExchanges {
  readonly exchanges: Exchange[];
  readonly redactions: Redaction[];
}

/** Header fields that carry credentials, lower case. */
const sensitive: ReadonlySet<string> = new Set([
  'cookie',
  'set-cookie',
  'authorization',
  'proxy-authorization',
]);

/**
 * Replaces the values of credential headers by a placeholder that names length and salted digest, so that every
 * reducer after this one (WARC, HAR) prints the same.
 * @param saltOf fresh random bytes (32) for the n-th redaction, counted from 0.
 */
export function redactExchanges(
  exchanges: readonly Exchange[],
  saltOf: (n: number) => Uint8Array,
): RedactedExchanges {
  const redactions: Redaction[] = [];
  const redact = (exchange: string, side: 'request' | 'response', headers: HeaderList): HeaderList =>
    headers.flatMap(([name, value]) => {
      if (!sensitive.has(name.toLowerCase())) return [[name, value] as const];
      return value.split('\n').map((line) => {
        const bytes = toUtf8(line);
        const salt = saltOf(redactions.length);
        const digest = sha256Hex(concatBytes(salt, bytes));
        const field = `${side} ${name.toLowerCase()}`;
        redactions.push({ exchange, field, length: bytes.length, digest, salt: toHex(salt) });
        return [name, `redacted; length=${bytes.length}; sha256=${digest}`] as const;
      });
    });
  return {
    exchanges: exchanges.map((exchange) => ({
      ...exchange,
      requestHeaders: redact(exchange.id, 'request', exchange.requestHeaders),
      ...(exchange.response === undefined
        ? {}
        : {
            response: {
              ...exchange.response,
              headers: redact(exchange.id, 'response', exchange.response.headers),
            },
          }),
    })),
    redactions,
  };
}
