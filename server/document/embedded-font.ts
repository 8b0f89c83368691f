/** fontkit's glyph: its id in the font, the characters it stands for, its width in units of the font. */
export interface Glyph {
  readonly id: number;
  readonly codePoints: readonly number[];
  readonly advanceWidth: number;
}

/** Where pdfkit puts a glyph, in thousandths of the font size. */
interface Position {
  readonly xAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
  readonly advanceWidth: number;
}

/** pdfkit's font of one document, behind its own type: what is drawn with it and what it embeds at the end. */
export interface EmbeddedFont {
  readonly id: string;
  readonly ascender: number;
  readonly scale: number;
  readonly subset: { includeGlyph(id: number): number };
  readonly widths: number[];
  readonly unicode: (readonly number[])[];
  readonly font: { hasGlyphForCodePoint(value: number): boolean };
  layoutCache: Record<string, unknown>;
  layout(text: string): { readonly glyphs: readonly Glyph[]; readonly positions: readonly Position[] };
  ref(): unknown;
}
