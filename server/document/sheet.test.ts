import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { expect, test } from 'vitest';
import { loadFonts } from './fonts.ts';
import { contentWidth, page, Sheet, type TextStyle } from './sheet.ts';

const require = createRequire(import.meta.url);
const info = { title: '标题', author: '作者', subject: 'CAP-1', createdAt: new Date(0) };

const texts = [
  ...[
    '',
    ' ',
    '\n',
    'AVAToT, office ﬁ',
    '电子数据固定校验报告',
    'https://a.example/b-c?d=e&f=%E4%B8%AD'.repeat(9),
  ],
  ...['两行\n\n末行\n', `soft\u00adhyphen\u00ad${'word '.repeat(90)}`, '长'.repeat(700), 'x'.repeat(900)],
  ...[
    'e\u0301 a\u030a',
    '⼀ 一 ⼆ 二',
    '\u3000全角，（标点）。',
    '⼀ 一 ⼆ 二',
    'tab\tand  spaces   ',
    '__proto__ constructor',
  ],
];
const styles: TextStyle[] = [
  { size: 9 },
  { size: 10.5, weight: 'bold', align: 'center', colour: '#9b1c1c' },
  { size: 7.2, x: page.left + 40, width: 66, align: 'right', lineGap: 0 },
  { size: 6.5, x: page.left + 12, width: contentWidth - 90 },
];
const drawings = styles.flatMap((style) => texts.map((text) => ({ text, style })));

interface FontkitFont {
  layout(text: string): unknown;
  _glyphs: object;
}

/** The same texts by pdfkit alone, with fonts no other document shares and each text with glyphs of its own. */
async function drawnByPdfkit(options: PDFKit.PDFDocumentOptions, drawable: (text: string) => string) {
  const document = new PDFDocument({ ...options, font: undefined as unknown as string });
  for (const [weight, file] of [
    ['regular', '400Regular/NotoSansSC_400Regular.ttf'],
    ['bold', '700Bold/NotoSansSC_700Bold.ttf'],
  ] as const) {
    const bytes = readFileSync(require.resolve(`@expo-google-fonts/noto-sans-sc/${file}`));
    document.registerFont(weight, bytes).font(weight);
    const { font } = (document as unknown as { _font: { font: FontkitFont } })._font;
    const layout = font.layout.bind(font);
    font.layout = (text) => {
      font._glyphs = {};
      return layout(text);
    };
  }
  for (const { text, style } of drawings) {
    const { size, weight = 'regular', colour = '#111111', x = page.left } = style;
    const { width = contentWidth, align = 'left', lineGap = 1 } = style;
    document
      .font(weight)
      .fontSize(size)
      .fillColor(colour)
      .text(drawable(text), x, document.y, { width, align, lineGap });
  }
  document.end();
  return Buffer.concat(await document.toArray());
}

test('texts are drawn as pdfkit draws them, known or not', async () => {
  const fonts = await loadFonts();
  const draw = () => {
    const sheet = new Sheet(fonts, info);
    for (const { text, style } of drawings) sheet.text(text, style);
    return sheet;
  };
  const first = draw();
  const expected = await drawnByPdfkit(first.document.options, fonts.regular.drawable);
  expect(first.document.bufferedPageRange().count).toBeGreaterThan(5);
  expect(Buffer.compare(await first.finish(() => {}), expected)).toBe(0);
  expect(Buffer.compare(await draw().finish(() => {}), expected)).toBe(0);
});

test('a text is as high as drawing it moves down', async () => {
  for (const { text, style } of drawings) {
    const sheet = new Sheet(await loadFonts(), info);
    const height = sheet.heightOf(text, style);
    const { y } = sheet;
    sheet.text(text, style);
    if (sheet.document.bufferedPageRange().count === 1) expect(sheet.y - y).toBeCloseTo(height, 6);
  }
});
