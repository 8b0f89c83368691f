import type { EmbeddedFont } from './embedded-font.ts';
import { type GlyphRun, glyphRun } from './glyph-run.ts';

/** A line of a text as pdfkit breaks it. */
export interface Line {
  readonly text: string;
  /** In points, white space at its end included. */
  readonly width: number;
  readonly run: GlyphRun;
  /** Whether pdfkit begins a new page below it where the next line would not fit; not below the last line of most texts. */
  readonly mayEndPage: boolean;
}

/** pdfkit's line breaking, behind its own type. `break` hands out each line. */
interface Breaker {
  _text(
    text: string,
    x: number,
    y: number,
    options: { width: number; height: number },
    line: (text: string, options: { textWidth: number }, wrapper: Wrapper) => void,
  ): void;
}

interface Wrapper {
  maxY: number;
  nextSection(): boolean;
}

/**
 * Breaks `text` into lines of `width` points in the document's current font and size. Draws nothing and leaves the
 * document where it was.
 */
export function breakLines(
  document: PDFKit.PDFDocument,
  font: EmbeddedFont,
  text: string,
  width: number,
): readonly Line[] {
  const lines: { text: string; width: number; run: GlyphRun; mayEndPage: boolean }[] = [];
  const { x, y } = document;
  const options = { width, height: Number.POSITIVE_INFINITY };
  (document as unknown as Breaker)._text(text, x, y, options, (broken, { textWidth }, wrapper) => {
    const line = { text: broken, width: textWidth, run: glyphRun(font, broken), mayEndPage: false };
    lines.push(line);
    // However low the page ends: the line says where it would be asked for.
    wrapper.maxY = Number.NEGATIVE_INFINITY;
    wrapper.nextSection = () => {
      line.mayEndPage = true;
      return true;
    };
  });
  document.x = x;
  document.y = y;
  return lines;
}
