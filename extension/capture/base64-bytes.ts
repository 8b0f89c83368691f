interface Base64Decoding {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/**
 * Fast base64 (RFC 4648 §4) for the megabytes that the debugger sends as text. `Uint8Array.fromBase64` is ECMAScript
 * 2026 and native in Chromium 140 and later; `atob` serves older ones.
 * @throws when the text is not base64.
 */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as Base64Decoding).fromBase64;
  if (native !== undefined) return native(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
