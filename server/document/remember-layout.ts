/** The part of fontkit's font that lays out texts. */
export interface LayoutFont {
  layout(text: string, features?: unknown): unknown;
  hasGlyphForCodePoint(value: number): boolean;
}

/** fontkit's own memory of the glyphs it has made, and how it makes one. */
interface GlyphCache {
  _glyphs: Record<number, unknown>;
  _getBaseGlyph(id: number, codePoints?: readonly number[]): unknown;
}

/** pdfkit's memory of a font's texts as laid out: glyphs and where they stand, in thousandths of the font size. */
type Layouts = Record<string, unknown>;

/** Labels and sentences of a certificate take some 2,000; the rest is what one document says. */
const MAX_LAYOUTS = 8000;

const MAX_GLYPHS = 8000;

/**
 * Lets a font lay out each text once for all documents: the words of a certificate are mostly the same from one to the
 * next. pdfkit keeps layouts as long as a document; it does not change them once they are made.
 *
 * fontkit hands out one object for a glyph, with the character it was first asked for. Where two characters share a
 * glyph (一 and the radical ⼀), the text a reader copies out of a document would depend on the documents before it.
 * So each text is laid out with glyphs of its own, or with those an earlier text made for the same character.
 * @returns what a document's font begins with and adds to.
 */
export function rememberLayout(font: LayoutFont): () => Layouts {
  const layout = font.layout.bind(font);
  const cache = font as unknown as GlyphCache;
  rememberGlyphs(cache);
  let layouts: Layouts = Object.create(null);
  let count = 0;
  font.layout = (text, features) => {
    cache._glyphs = {};
    count += 1;
    return layout(text, features);
  };
  return () => {
    if (count > MAX_LAYOUTS) {
      layouts = Object.create(null);
      count = 0;
    }
    return layouts;
  };
}

/** A glyph measures itself when first asked; this keeps it for later texts that ask for it with the same character. */
function rememberGlyphs(cache: GlyphCache): void {
  const make = cache._getBaseGlyph.bind(cache);
  const glyphs = new Map<number, unknown>();
  cache._getBaseGlyph = (id, codePoints = []) => {
    const [codePoint] = codePoints;
    if (codePoint === undefined || codePoints.length > 1) return make(id, codePoints);
    const known = cache._glyphs[id];
    if (known !== undefined) return known;
    const key = id * 0x110000 + codePoint;
    const glyph = glyphs.get(key) ?? make(id, codePoints);
    if (glyphs.size >= MAX_GLYPHS) glyphs.clear();
    glyphs.set(key, glyph);
    cache._glyphs[id] = glyph;
    return glyph;
  };
}
