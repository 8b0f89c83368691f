import type { RecordBlock } from './record-block.ts';

/** A record as plain text, UTF-8 with LF. */
export function recordText(blocks: readonly RecordBlock[]): string {
  return `${blocks.flatMap(linesOf).join('\n')}\n`;
}

function linesOf(block: RecordBlock): string[] {
  switch (block.type) {
    case 'title':
      return [block.text, ''];
    case 'heading':
      return ['', block.text];
    case 'verdict':
      return [`${block.good ? '✓' : '✗'} ${block.text}`];
    case 'paragraph':
    case 'note':
      return [block.text];
    case 'list':
      return block.items.map((item) => `  · ${item}`);
    case 'facts':
      return block.rows.map(([label, value]) => `  ${label}:${value}`);
    case 'table':
      return block.rows.flatMap((cells) => row(block.head, cells));
    case 'page':
      return ['', '─'.repeat(40)];
  }
}

/** The first column numbers the row, the others are named: no line needs more width than its text. */
function row(head: readonly string[], [number = '', ...cells]: readonly string[]): string[] {
  return [
    `  ${number}. ${cells[0] ?? ''}`,
    ...cells.slice(1).map((cell, index) => `     ${head[index + 2] ?? ''}:${cell}`),
  ];
}
