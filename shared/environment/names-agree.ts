import type { NameResolution } from './name-resolution.ts';

/**
 * Whether every address the browser connected to for a name is among those the resolvers gave for it; `undefined` when
 * they gave none.
 */
export function namesAgree(
  { host, connected }: { readonly host: string; readonly connected: readonly string[] },
  { statement }: NameResolution,
): boolean | undefined {
  const known = new Set(
    statement.answers
      .filter((answer) => answer.host === host)
      .flatMap(({ addresses }) => addresses.map(plain)),
  );
  return known.size === 0 ? undefined : connected.every((address) => known.has(plain(address)));
}

/** Browsers write IPv6 literals in brackets. */
function plain(address: string): string {
  return address.replace(/^\[|\]$/g, '').toLowerCase();
}
