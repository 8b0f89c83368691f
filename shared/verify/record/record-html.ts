import type { RecordBlock } from './record-block.ts';
import { recordStyle } from './record-style.ts';

/** A record as one HTML document: no script, nothing loaded, styled for the screen and for A4 paper. */
export function recordHtml(blocks: readonly RecordBlock[]): string {
  const title = blocks.find((block) => block.type === 'title')?.text ?? '';
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${recordStyle}</style>
</head>
<body class="record">
${blocks.map(elementOf).join('\n')}
</body>
</html>
`;
}

function elementOf(block: RecordBlock): string {
  switch (block.type) {
    case 'title':
      return `<h1>${escaped(block.text)}</h1>`;
    case 'heading':
      return `<h2>${escaped(block.text)}</h2>`;
    case 'verdict':
      return `<p class="verdict ${block.good ? 'good' : 'bad'}">${escaped(block.text)}</p>`;
    case 'paragraph':
      return `<p>${escaped(block.text)}</p>`;
    case 'note':
      return `<p class="note">${escaped(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    case 'facts':
      return `<table class="facts">${block.rows.map(factRow).join('')}</table>`;
    case 'table':
      return `<table><thead><tr>${cells(block.head, 'th')}</tr></thead><tbody>${block.rows
        .map((row) => `<tr>${cells(row, 'td')}</tr>`)
        .join('')}</tbody></table>`;
    case 'page':
      return '<hr class="page">';
  }
}

function factRow([label, value]: readonly [string, string]): string {
  return `<tr><th scope="row">${escaped(label)}</th><td>${escaped(value)}</td></tr>`;
}

function cells(texts: readonly string[], tag: 'th' | 'td'): string {
  return texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
