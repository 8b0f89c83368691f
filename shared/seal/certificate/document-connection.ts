import * as v from 'valibot';
import { LAST_INSTANT } from '#shared/lib/last-instant';
import { parseJson } from '#shared/lib/parse-json';
import { fromUtf8 } from '#shared/lib/utf8';
import type { DocumentConnection } from './input.ts';

const text = v.optional(v.string());
const instant = v.pipe(v.number(), v.minValue(-LAST_INSTANT), v.maxValue(LAST_INSTANT));
const harSchema = v.object({
  log: v.object({
    entries: v.array(
      v.object({
        request: v.object({ url: v.string() }),
        response: v.optional(v.object({ httpVersion: text })),
        serverIPAddress: text,
        _resourceType: text,
        _tls: v.optional(
          v.object({
            protocol: v.string(),
            subject: v.string(),
            issuer: v.string(),
            validFrom: instant,
            validTo: instant,
          }),
        ),
      }),
    ),
  }),
});

/**
 * The connection the document at `url` came over, as the HAR of a bundle tells it: of several exchanges of that URL the
 * last document. `undefined` where there is none, or where the HAR says nothing of it.
 */
export function documentConnection(har: Uint8Array | undefined, url: string): DocumentConnection | undefined {
  if (har === undefined) return undefined;
  const { success, output } = v.safeParse(harSchema, readJson(har), { abortEarly: true });
  if (!success) return undefined;
  const same = output.log.entries.filter(
    ({ request }) => withoutFragment(request.url) === withoutFragment(url),
  );
  const entry = same.findLast(({ _resourceType }) => _resourceType === 'document') ?? same.at(-1);
  if (entry === undefined) return undefined;
  const { serverIPAddress, response, _tls } = entry;
  return {
    ...(serverIPAddress === undefined ? {} : { address: serverIPAddress }),
    ...(response?.httpVersion === undefined ? {} : { protocol: response.httpVersion }),
    ...(_tls === undefined ? {} : { tls: _tls }),
  };
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}

function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? url;
}
