import type { EmbeddedFont, Glyph } from './embedded-font.ts';
import { pdfNumber } from './pdf-number.ts';

/** The glyphs of a line. */
export interface GlyphRun {
  /** Without line feeds. */
  readonly text: string;
  readonly glyphs: readonly Glyph[];
  /** Pieces end before glyph `end`; the next begins `adjustment` thousandths of the font size to the left. */
  readonly pieces: readonly { readonly end: number; readonly adjustment: string }[];
  /** A glyph stands off its place: accents upon letters. */
  readonly shifted: boolean;
}

/** Lays out a line without its line feeds, which print nothing. */
export function glyphRun(font: EmbeddedFont, line: string): GlyphRun {
  const text = line.replaceAll('\n', '');
  const { glyphs, positions } = font.layout(text);
  const pieces: { end: number; adjustment: string }[] = [];
  for (const [index, { xAdvance, advanceWidth }] of positions.entries()) {
    const last = index === positions.length - 1;
    if (xAdvance - advanceWidth === 0 && !last) continue;
    pieces.push({ end: index + 1, adjustment: `${pdfNumber(-(xAdvance - advanceWidth))}` });
  }
  return {
    text,
    glyphs,
    pieces,
    shifted: positions.some(({ xOffset, yOffset }) => xOffset !== 0 || yOffset !== 0),
  };
}
