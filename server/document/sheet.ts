import PDFDocument from 'pdfkit';
import { breakLines, type Line } from './break-lines.ts';
import type { EmbeddedFont } from './embedded-font.ts';
import { floatBelow } from './float-below.ts';
import type { Fonts } from './fonts.ts';
import { LineWriter } from './line-writer.ts';

type Weight = 'regular' | 'bold';

/** How a piece of text looks and where it stands. */
export interface TextStyle {
  readonly size: number;
  readonly weight?: Weight;
  readonly colour?: string;
  readonly x?: number;
  readonly width?: number;
  readonly align?: 'left' | 'center' | 'right';
  /** Extra points between lines. */
  readonly lineGap?: number;
}

export const palette = {
  ink: '#111111',
  grey: '#666666',
  rule: '#c8c8c8',
  shade: '#f4f4f2',
  alarm: '#9b1c1c',
};

/** A4 portrait in points. */
export const page = { width: 595.28, height: 841.89, left: 50, right: 50, top: 58, bottom: 58 };
export const contentWidth = page.width - page.left - page.right;

const LINE_GAP = 1;

/** What pdfkit keeps behind its own type: the current font, and how many it has opened. */
interface CurrentFont {
  readonly _font: EmbeddedFont;
  _fontCount: number;
}

/**
 * A document under construction: text flows down from `y`, over pages. Nothing depends on the clock: dates and file
 * id come from `createdAt`, so the same drawing gives the same bytes.
 */
export class Sheet {
  readonly document: PDFKit.PDFDocument;
  private readonly fonts: Fonts;
  private readonly writers: Readonly<Record<Weight, LineWriter>>;
  /** Measuring sets the colour, so how often a text is measured shows in the file. */
  private readonly heights = new Map<string, number>();
  private readonly chunks: Uint8Array[] = [];

  constructor(fonts: Fonts, info: { title: string; author: string; subject: string; createdAt: Date }) {
    this.fonts = fonts;
    this.document = new PDFDocument({
      font: null as unknown as string,
      size: 'A4',
      margins: { left: page.left, right: page.right, top: page.top, bottom: page.bottom },
      bufferPages: true,
      pdfVersion: '1.7',
      lang: 'zh-CN',
      displayTitle: true,
      info: {
        Title: info.title,
        Author: info.author,
        Subject: info.subject,
        Creator: info.author,
        Producer: 'pdfkit',
        CreationDate: info.createdAt,
        ModDate: info.createdAt,
      },
    });
    this.document.on('data', (chunk: Uint8Array) => this.chunks.push(chunk));
    // Without a font of its own pdfkit does not open Helvetica, which had the first number.
    (this.document as unknown as CurrentFont)._fontCount = 1;
    this.writers = { regular: this.open('regular'), bold: this.open('bold') };
  }

  get y(): number {
    return this.document.y;
  }
  set y(value: number) {
    this.document.y = value;
  }

  /** Width of a text on one line, in points. */
  widthOf(value: string, { size, weight = 'regular' }: TextStyle): number {
    return this.document.font(weight).fontSize(size).widthOfString(this.fonts[weight].drawable(value));
  }

  heightOf(value: string, style: TextStyle): number {
    const key = JSON.stringify([value, style.size, style.weight, style.width, style.lineGap]);
    const known = this.heights.get(key);
    if (known !== undefined) return known;
    this.apply(style);
    const { y } = this.document;
    const step = this.document.currentLineHeight(true) + (style.lineGap ?? LINE_GAP);
    let bottom = y;
    for (const _ of this.lines(value, style)) bottom += step;
    this.heights.set(key, bottom - y);
    return bottom - y;
  }

  /** Draws at `style.x` (the left margin) and the current `y`; `y` is below the text afterwards, if need be a page on. */
  text(value: string, style: TextStyle): void {
    this.apply(style);
    const { document } = this;
    const { size, weight = 'regular', x = page.left, lineGap = LINE_GAP } = style;
    const writer = this.writers[weight];
    const height = document.currentLineHeight(true);
    let end = floatBelow(document.page.maxY());
    const turn = () => {
      document.continueOnNewPage();
      this.apply(style);
      end = document.page.maxY();
    };
    if (document.y > end || document.y + height > end) turn();
    for (const line of this.lines(value, style)) {
      writer.write(line, x + this.indent(line, style), document.y, size);
      document.y += height + lineGap;
      const next = document.y + height;
      if (line.mayEndPage && next > end && floatBelow(next) > end) turn();
    }
    document.x = x;
  }

  /** Begins a new page unless `height` fits below `y`. */
  reserve(height: number): void {
    const room = page.height - page.bottom - this.document.y;
    const fresh = this.document.y <= page.top;
    if (height > room && !fresh) this.document.addPage();
  }

  rule(colour = palette.rule): void {
    const { y } = this.document;
    this.document
      .moveTo(page.left, y)
      .lineTo(page.width - page.right, y)
      .lineWidth(0.5)
      .stroke(colour);
  }

  /** Draws on every page outside its margins, then closes the document. */
  async finish(edge: (pageNumber: number, pages: number) => void): Promise<Uint8Array> {
    const { start, count } = this.document.bufferedPageRange();
    for (let index = 0; index < count; index++) {
      this.document.switchToPage(start + index);
      this.document.page.margins = { left: 0, right: 0, top: 0, bottom: 0 };
      edge(index + 1, count);
    }
    const ended = new Promise<void>((resolve, reject) =>
      this.document.on('end', resolve).on('error', reject),
    );
    this.document.end();
    await ended;
    return new Uint8Array(Buffer.concat(this.chunks));
  }

  private apply({ size, weight = 'regular', colour = palette.ink }: TextStyle): void {
    this.document.font(weight).fontSize(size).fillColor(colour);
  }

  private open(weight: Weight): LineWriter {
    const { font, layouts } = this.fonts[weight];
    this.document.registerFont(weight, font as unknown as PDFKit.Mixins.PDFFontSource).font(weight);
    const { _font } = this.document as unknown as CurrentFont;
    _font.layoutCache = layouts();
    return new LineWriter(this.document, _font);
  }

  /** `value` in the document's current font and size. */
  private lines(
    value: string,
    { size, weight = 'regular', width = contentWidth }: TextStyle,
  ): readonly Line[] {
    const { lines, drawable } = this.fonts[weight];
    return lines.recall(`${size} ${width} ${value}`, () =>
      breakLines(this.document, this.writers[weight].font, drawable(value), width),
    );
  }

  private indent({ text, width }: Line, { align = 'left', width: room = contentWidth }: TextStyle): number {
    if (align === 'center') return room / 2 - width / 2;
    if (align === 'right') return room - this.document.widthOfString(text.replaceAll('\n', '').trimEnd());
    return 0;
  }
}
