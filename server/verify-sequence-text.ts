import { visibleText } from '#shared/seal/visible-text';
import type { SequenceReport } from '#shared/verify/sequences';

/** A sequence behind the table of a folder: its steps in order, then what is to be said of them. */
export function sequenceText({ id, title, steps, findings }: SequenceReport): string {
  const lines = steps.map(({ index, label, file, capture }) =>
    file === undefined ? `  ${index}. —` : `  ${index}. ${label}\t${capture ?? ''}\t${visibleText(file)}`,
  );
  const said = findings.map(
    ({ code, text }) => `  ${code === 'label-withdrawn' ? '·' : '!'} ${text.zh} · ${text.en}`,
  );
  const whole = '  ✓ 各步相接，无缺漏 · every step follows the one before, none is missing';
  const head = `\n连续取证 sequence ${id} ${title}`;
  return `${[head, ...lines, ...(said.length === 0 ? [whole] : said)].join('\n')}\n`;
}
