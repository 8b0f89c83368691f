import { fromBase64 } from '#shared/lib/base64';
import { concatBytes } from '#shared/lib/concat-bytes';
import { toHex } from '#shared/lib/hex';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { HeaderList } from './engine-event.ts';
import type { Exchange, ExchangeFrame } from './exchange.ts';

/** One value left out of WARC and HAR. Whoever holds the value can show that it is the one: SHA-256(salt ‖ value). */
interface Redaction {
  /** Id of the exchange. */
  readonly exchange: string;
  /**
   * `request cookie`, `response set-cookie`, …; a header sent twice has two entries, in order. `websocket sent 3`: the
   * third message the page sent, with its opcode where that is not text.
   */
  readonly field: string;
  /** Bytes of the value: of a header or text message its UTF-8. */
  readonly length: number;
  readonly digest: Sha256;
  /** Hexadecimal. */
  readonly salt: string;
}

export interface RedactedExchanges {
  readonly exchanges: Exchange[];
  readonly redactions: Redaction[];
}

/** Header fields that carry credentials, lower case: the standard ones, and the names pages give their own. */
const sensitive =
  /^(?:(?:set-)?cookie2?|(?:proxy-)?authorization|authentication-info|.*(?:token|csrf|xsrf|secret|api-?key|session-?id|credential).*)$/;

/**
 * Replaces the values of credential headers, and what the page itself sent over a WebSocket (as a request body, it is
 * kept only when the case allows it), by a placeholder that names length and salted digest, so that every reducer after
 * this one (WARC, HAR) prints the same.
 * @param saltOf fresh random bytes (32) for the n-th redaction, counted from 0.
 */
export function redactExchanges(
  exchanges: readonly Exchange[],
  saltOf: (n: number) => Uint8Array,
): RedactedExchanges {
  const redactions: Redaction[] = [];
  const redact = (exchange: string, field: string, bytes: Uint8Array): string => {
    const salt = saltOf(redactions.length);
    const digest = sha256Hex(concatBytes(salt, bytes));
    redactions.push({ exchange, field, length: bytes.length, digest, salt: toHex(salt) });
    return `redacted; length=${bytes.length}; sha256=${digest}`;
  };
  const headersOf = (id: string, side: 'request' | 'response', headers: HeaderList): HeaderList =>
    headers.flatMap(([name, value]) => {
      const field = name.toLowerCase();
      if (!sensitive.test(field)) return [[name, value] as const];
      return value.split('\n').map((line) => [name, redact(id, `${side} ${field}`, toUtf8(line))] as const);
    });
  const framesOf = ({ id, frames }: Exchange): ExchangeFrame[] => {
    let sent = 0;
    return frames.map((frame) => {
      if (frame.direction === 'received') return frame;
      const field = `websocket sent ${++sent}${frame.opcode === 1 ? '' : `, opcode ${frame.opcode}`}`;
      return { ...frame, opcode: 1, payload: redact(id, field, payloadBytes(frame)) };
    });
  };
  return {
    exchanges: exchanges.map((exchange) => ({
      ...exchange,
      requestHeaders: headersOf(exchange.id, 'request', exchange.requestHeaders),
      ...(exchange.response === undefined
        ? {}
        : {
            response: {
              ...exchange.response,
              headers: headersOf(exchange.id, 'response', exchange.response.headers),
            },
          }),
      frames: framesOf(exchange),
    })),
    redactions,
  };
}

/** Messages that are no text come as base64 (CDP `Network.WebSocketFrame`). */
function payloadBytes({ opcode, payload }: ExchangeFrame): Uint8Array {
  if (opcode === 1) return toUtf8(payload);
  try {
    return fromBase64(payload);
  } catch {
    return toUtf8(payload);
  }
}
