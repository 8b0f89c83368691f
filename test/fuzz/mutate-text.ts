import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

const numbers = [
  '0',
  '-1',
  '00',
  '1e9',
  '4294967296',
  '9007199254740993',
  '18446744073709551616',
  '9'.repeat(400),
];
const inserts = [
  '',
  ' ',
  '\t',
  '\n',
  '\r',
  '\0',
  '=',
  '+',
  ':',
  '  ',
  '..',
  '/',
  '—',
  '\u202e',
  '\ufeff',
  'x'.repeat(5000),
];

/** One to three changes of lines, words and numbers; sometimes bytes, which need not stay UTF-8. */
export function mutateText(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  if (random.oneIn(4)) return mutateBytes(random, bytes, others);
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return mutateBytes(random, bytes, others);
  }
  for (let left = 1 + random.int(3); left > 0; left--) text = change(random, text, others);
  return toUtf8(text);
}

function change(random: Random, text: string, others: readonly Uint8Array[]): string {
  const lines = text.split('\n');
  const at = random.int(lines.length);
  const line = lines[at] ?? '';
  const other = new TextDecoder().decode(random.pick(others)).split('\n');
  const changes: (() => string)[] = [
    () => lines.toSpliced(at, 1).join('\n'),
    () => lines.toSpliced(at, 0, line).join('\n'),
    () => lines.toSpliced(at, 1, random.pick(other)).join('\n'),
    () => lines.toSpliced(at, 0, random.pick(other)).join('\n'),
    () => lines.toSpliced(at, 1, ...Array<string>(random.pick([3, 70, 3000])).fill(line)).join('\n'),
    () => lines.toReversed().join('\n'),
    () =>
      lines
        .toSpliced(
          at,
          1,
          line.replace(/\d+/, () => random.pick(numbers)),
        )
        .join('\n'),
    () => lines.toSpliced(at, 1, word(random, line)).join('\n'),
    () => lines.toSpliced(at, 1, `${line.slice(0, random.int(line.length + 1))}`).join('\n'),
    () => {
      const place = random.int(text.length + 1);
      return text.slice(0, place) + random.pick(inserts) + text.slice(random.oneIn(2) ? place : place + 1);
    },
    () => text.replaceAll('\n', '\r\n'),
    () => text.trimEnd(),
  ];
  return random.pick(changes)();
}

function word(random: Random, line: string): string {
  const words = line.split(' ');
  const at = random.int(words.length);
  const one = words[at] ?? '';
  const place = random.int(one.length + 1);
  const changed = [
    random.pick(inserts),
    one + one,
    one.slice(0, place),
    one.toUpperCase(),
    random.pick(words),
  ];
  return words.with(at, random.pick(changed)).join(' ');
}
