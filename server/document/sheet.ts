import PDFDocument from 'pdfkit';
import { codePoint } from '#shared/seal/visible-text';
import type { Fonts } from './fonts.ts';

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

/** What pdfkit keeps behind its own type: the current font, its texts as laid out, and fontkit's font inside it. */
interface CurrentFont {
  readonly _font: {
    layoutCache: Record<string, unknown>;
    readonly font: { hasGlyphForCodePoint(value: number): boolean };
  };
}

/**
 * A document under construction: text flows down from `y`, over pages. Nothing depends on the clock: dates and file
 * id come from `createdAt`, so the same drawing gives the same bytes.
 */
export class Sheet {
  readonly document: PDFKit.PDFDocument;
  private readonly missing = new Map<string, boolean>();
  /** Laying a text out to measure it takes as long as drawing it, and rows are measured before and while they are drawn. */
  private readonly heights = new Map<string, number>();
  private readonly chunks: Uint8Array[] = [];

  constructor(fonts: Fonts, info: { title: string; author: string; subject: string; createdAt: Date }) {
    this.document = new PDFDocument({
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
    for (const weight of ['regular', 'bold'] as const) {
      const { font, layouts } = fonts[weight];
      this.document.registerFont(weight, font as unknown as PDFKit.Mixins.PDFFontSource).font(weight);
      (this.document as unknown as CurrentFont)._font.layoutCache = layouts();
    }
  }

  get y(): number {
    return this.document.y;
  }
  set y(value: number) {
    this.document.y = value;
  }

  /** `value` with each character the font cannot draw as its code point: pdfkit would print an empty box. */
  drawable(value: string): string {
    return [...value].map((character) => (this.lacks(character) ? codePoint(character) : character)).join('');
  }

  heightOf(value: string, style: TextStyle): number {
    const key = JSON.stringify([value, style.size, style.weight, style.width, style.lineGap]);
    const known = this.heights.get(key);
    if (known !== undefined) return known;
    this.apply(style);
    const height = this.document.heightOfString(this.drawable(value), options(style));
    this.heights.set(key, height);
    return height;
  }

  /** Draws at `style.x` (the left margin) and the current `y`; `y` is below the text afterwards, if need be a page on. */
  text(value: string, style: TextStyle): void {
    this.apply(style);
    this.document.text(this.drawable(value), style.x ?? page.left, this.document.y, options(style));
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

  private lacks(character: string): boolean {
    const known = this.missing.get(character);
    if (known !== undefined) return known;
    const { font } = (this.document as unknown as CurrentFont)._font;
    const lacks = character !== '\n' && !font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
    this.missing.set(character, lacks);
    return lacks;
  }
}

function options({
  width = contentWidth,
  align = 'left',
  lineGap = 1,
}: TextStyle): PDFKit.Mixins.TextOptions {
  return { width, align, lineGap };
}
