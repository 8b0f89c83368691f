/** The part of fontkit's font that documents use. */
export interface LayoutFont {
  layout(text: string, features?: unknown): unknown;
  hasGlyphForCodePoint(value: number): boolean;
}

/** fontkit's own memory of the glyphs it has made. */
interface GlyphCache {
  _glyphs: Record<number, unknown>;
}

/** pdfkit's memory of a font's texts as laid out: glyphs and where they stand, in thousandths of the font size. */
type Layouts = Record<string, unknown>;

/** A font of documents, with the texts it has laid out. */
export interface DocumentFont {
  readonly font: LayoutFont;
  /** What a document's font begins with and adds to. */
  layouts(): Layouts;
}

/** Labels and sentences of a certificate take some 2,000; the rest is what one document says. */
const MAX_LAYOUTS = 8000;

/**
 * Lets a font lay out each text once for all documents: the words of a certificate are mostly the same from one to the
 * next. pdfkit keeps layouts as long as a document; it does not change them once they are made.
 *
 * fontkit hands out one object for a glyph, with the character it was first asked for. Where two characters share a
 * glyph (一 and the radical ⼀), the text a reader copies out of a document would depend on the documents before it.
 * So each text is laid out with glyphs of its own.
 */
export function rememberLayout(font: LayoutFont): DocumentFont {
  const layout = font.layout.bind(font);
  const cache = font as unknown as GlyphCache;
  font.layout = (text, features) => {
    cache._glyphs = {};
    return layout(text, features);
  };
  let layouts: Layouts = Object.create(null);
  return {
    font,
    layouts() {
      if (Object.keys(layouts).length > MAX_LAYOUTS) layouts = Object.create(null);
      return layouts;
    },
  };
}
