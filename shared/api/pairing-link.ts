/** 8 characters of the pairing alphabet. */
const CODE = /^[A-Z2-9]{8}$/;

/** What a pairing QR code holds: address and code in one text. The code stands behind `#`, so that no log holds it. */
export function pairingLink(origin: string, code: string): string {
  return `${origin}/pair#${code}`;
}

/** Origin and code of a pairing link; `undefined` for any other text. */
export function parsePairingLink(
  text: string,
): { readonly origin: string; readonly code: string } | undefined {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (url === undefined || url.pathname !== '/pair' || url.search !== '') return undefined;
  const code = url.hash.slice(1).toUpperCase();
  return CODE.test(code) ? { origin: url.origin, code } : undefined;
}
