import { decodeHTML } from 'entities/decode';
import { normalText } from './normal-text.ts';

/**
 * What a body says, in every spelling in which it may hold text of a page: as it is; with the escapes of scripts and
 * JSON resolved (`\u4e2d`, `\x41`, `\n`); with character references resolved (`&yen;`); HTML within JSON, JSON
 * within HTML; percent-encoded. All in normal form; a spelling that says nothing new is left out.
 */
export function spellings(body: string): string[] {
  const unescaped = unescapeScript(body);
  const plain = decodeReferences(body);
  const both = decodeReferences(unescaped);
  const forms = [
    body,
    unescaped,
    plain,
    both,
    unescapeScript(both),
    unescapeScript(plain),
    decodePercent(body),
  ];
  return [...new Set([...new Set(forms)].map(normalText))];
}

const shortEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};
const escapes = /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|([\s\S]))/gi;

/** Escapes of ECMAScript string literals (ECMA-262 §12.9.4) and JSON (RFC 8259 §7). */
function unescapeScript(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(escapes, (whole, braced?: string, four?: string, two?: string, single?: string) => {
    const hex = braced ?? four ?? two;
    if (hex === undefined) return shortEscapes[single ?? ''] ?? single ?? '';
    const value = Number.parseInt(hex, 16);
    return value <= 0x10ffff ? String.fromCodePoint(value) : whole;
  });
}

function decodeReferences(text: string): string {
  return text.includes('&') ? decodeHTML(text) : text;
}

/** Runs of `%E4%B8%AD` that are UTF-8. */
function decodePercent(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2}){2,}/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
