import type { HeaderList } from '#shared/warc/engine-event';

/** Headers as the protocol's object tells them: repeated ones are one value joined by LF. */
export function headerList(headers: Readonly<Record<string, string>>): HeaderList {
  return Object.entries(headers).flatMap(([name, value]) =>
    value.split('\n').map((line) => [name, line] as const),
  );
}

/**
 * The same headers in the order, spelling and repetition in which they were received, from the raw block.
 *
 * The protocol decodes that block as UTF-8 and drops malformed sequences together with their neighbours (measured:
 * `X-Latin: caf\xE9` swallowed the line end after it), so the block counts only when it holds exactly the fields of
 * the object.
 * @returns undefined when it does not.
 */
export function rawHeaderList(
  text: string,
  headers: Readonly<Record<string, string>>,
): HeaderList | undefined {
  const lines = text
    .replace(/(?:\r?\n)+$/, '')
    .split(/\r?\n/)
    .slice(1);
  const fields = lines.map((line) => /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line));
  const list = fields.flatMap((field) => (field === null ? [] : [[field[1] ?? '', field[2] ?? ''] as const]));
  const names = (fieldNames: readonly string[]) => fieldNames.map((name) => name.toLowerCase()).sort();
  const parsed = headerList(headers);
  const same =
    list.length === lines.length &&
    names(list.map(([name]) => name)).join('\n') === names(parsed.map(([name]) => name)).join('\n');
  return same ? list : undefined;
}
