import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';

/** Longer ones are `data:` URLs, whose content is the record's payload anyway, and abuse. */
const MAX_LENGTH = 8192;

/**
 * WARC-Target-URI of a URL as the engine told it: without fragment, which never goes over the wire; white space,
 * control characters and lone surrogates percent-encoded, so that it stays on its line; above 8,192 characters
 * `urn:evidence:url-sha256:<hex>` over its UTF-8 form, so that headers and index stay readable in bounded memory.
 */
export function targetUri(url: string): string {
  const cut = url.indexOf('#');
  const sent = (cut < 0 ? url : url.slice(0, cut)).toWellFormed();
  if (sent.length > MAX_LENGTH) return `urn:evidence:url-sha256:${sha256Hex(toUtf8(sent))}`;
  return sent.replaceAll(/[\s\p{Cc}]/gu, encodeURIComponent);
}
