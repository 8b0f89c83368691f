/** Lines of visible text as a file: UTF-8, each ended by LF. */
export function textFile(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
}
