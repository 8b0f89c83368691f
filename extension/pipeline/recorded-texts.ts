import { declaredEncoding, decodeBody, type RecordedBody } from '#shared/fact/decode-body';
import type { RecordedTexts } from '#shared/fact/unexplained-texts';
import { bodyState } from '#shared/warc/body-state';
import type { Exchange } from '#shared/warc/exchange';

/** Media types that hold no text a page could show. */
const withoutText =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:font|wasm|zip|gzip|pdf|x-font))/i;
/** Larger bodies are data, not pages; bytes. */
const MAX_BODY = 32 * 2 ** 20;

/** What the recorded exchanges can explain of a page's text. */
export interface RecordedSource {
  readonly texts: RecordedTexts;
  readonly bodies: number;
  readonly bodiesMissing: number;
}

/**
 * Bodies of textual responses and received WebSocket messages, decoded, one after the other.
 * @param read bytes of a stored body; what it rejects with passes unchanged
 */
export function recordedTexts(
  exchanges: readonly Exchange[],
  read: (stored: string) => Promise<Uint8Array>,
): RecordedSource {
  const textual = exchanges.filter(
    ({ response }) => response !== undefined && !withoutText.test(response.mediaType),
  );
  const stored = textual.filter(({ body }) => body !== undefined && body.bytes <= MAX_BODY);
  const missing = textual.filter(
    (exchange) =>
      (exchange.outcome !== 'redirected' && (exchange.body?.bytes ?? 0) > MAX_BODY) ||
      (exchange.outcome !== 'redirected' && bodyState(exchange) === 'missing'),
  );
  const messages = exchanges.flatMap(({ frames }) =>
    frames
      .filter(({ direction, opcode }) => direction === 'received' && opcode === 1)
      .map(({ payload }) => payload),
  );
  return {
    bodies: stored.length + messages.length,
    bodiesMissing: missing.length,
    texts: () => textsOf(stored, messages, read),
  };
}

async function* textsOf(
  stored: readonly Exchange[],
  messages: readonly string[],
  read: (stored: string) => Promise<Uint8Array>,
): AsyncIterable<string> {
  const encodings: string[] = [];
  // Documents first: what they declare holds for scripts that declare nothing.
  const ordered = stored.toSorted(
    (a, b) => Number(b.resourceType === 'document') - Number(a.resourceType === 'document'),
  );
  for (const { body, response, resourceType } of ordered) {
    if (body === undefined || response === undefined) continue;
    const header = response.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    const recorded: RecordedBody = {
      bytes: await read(body.body),
      contentType: header ?? response.mediaType,
      decoded: body.fidelity === 'decoded-text',
    };
    const encoding = resourceType === 'document' ? declaredEncoding(recorded) : undefined;
    if (encoding !== undefined) encodings.push(encoding);
    yield* decodeBody(recorded, encodings);
  }
  if (messages.length > 0) yield messages.join('\n');
}
