import { parseArgs } from 'node:util';
import { CodedError } from '#shared/lib/errors';

export interface ExcerptArguments {
  readonly file: string;
  readonly from: ExcerptPlace;
  readonly to: ExcerptPlace;
  readonly out: string;
}

/** A chunk by its number, or the one that holds a moment of the recording. */
export type ExcerptPlace = { readonly chunk: number } | { readonly atMs: number };

export const excerptUsage = `tiezheng excerpt PACKAGE --from PLACE --to PLACE --out FILE.webm

  PACKAGE   封存包 .asice · a sealed package with a recording
  PLACE     分片序号 12,或时间 1:05、1:02:30 · the number of a chunk, or a time
  --out     写入的文件;已存在则不覆盖 · file to write; never overwritten

分片 0 总在最前:其中有播放所需的文件头。
Chunk 0 always comes first: it holds the header without which nothing plays.`;

/**
 * - BAD_ARGUMENTS: the command line does not say what to cut out.
 * - OUT_EXISTS: the file to write is there already.
 * - NOT_INTACT: a check of the package failed; nothing is cut out of it.
 * - NO_RECORDING: the package holds no recording.
 */
export class ExcerptError extends CodedError<
  'BAD_ARGUMENTS' | 'OUT_EXISTS' | 'NOT_INTACT' | 'NO_RECORDING'
> {}

/** @throws ExcerptError BAD_ARGUMENTS */
export function parseExcerptArguments(argv: readonly string[]): ExcerptArguments {
  const { values, positionals } = parse(argv);
  const [file, ...more] = positionals;
  const { from, to, out } = values;
  if (file === undefined || more.length > 0 || from === undefined || to === undefined || out === undefined)
    throw new ExcerptError('BAD_ARGUMENTS', 'name one package, --from, --to and --out');
  return { file, from: place(from), to: place(to), out };
}

function parse(argv: readonly string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: { from: option, to: option, out: option },
      allowPositionals: true,
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ExcerptError('BAD_ARGUMENTS', message, { cause });
  }
}

function place(text: string): ExcerptPlace {
  if (/^\d{1,9}$/.test(text)) return { chunk: Number(text) };
  if (!/^\d{1,4}(?::[0-5]\d){1,2}$/.test(text))
    throw new ExcerptError('BAD_ARGUMENTS', `neither the number of a chunk nor a time: ${text}`);
  return { atMs: 1000 * text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) };
}
