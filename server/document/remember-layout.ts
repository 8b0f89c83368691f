/** The part of fontkit's font that documents use. */
export interface LayoutFont {
  layout(text: string, features?: unknown): GlyphRun;
  hasGlyphForCodePoint(value: number): boolean;
}

/** Glyphs of a text and where they stand; pdfkit scales the positions in place. */
interface GlyphRun {
  glyphs: readonly unknown[];
  positions: readonly object[];
}

/** fontkit's own memory of the glyphs it has made. */
interface GlyphCache {
  _glyphs: Record<number, unknown>;
}

/** Labels and sentences of a certificate take some 2,000; the rest is what one document says. */
const MAX_RUNS = 8000;

/**
 * Lets a font lay out each text once: the words of a certificate are mostly the same from one to the next.
 *
 * fontkit hands out one object for a glyph, with the character it was first asked for. Where two characters share a
 * glyph (一 and the radical ⼀), the text a reader copies out of a document would depend on the documents before it.
 * So each text is laid out with glyphs of its own.
 */
export function rememberLayout(font: LayoutFont): LayoutFont {
  const layout = font.layout.bind(font);
  const cache = font as unknown as GlyphCache;
  const runs = new Map<string, GlyphRun>();
  font.layout = (text, features) => {
    cache._glyphs = {};
    if (features !== undefined) return layout(text, features);
    const known = runs.get(text);
    if (known !== undefined) return copyOf(known);
    const run = layout(text);
    if (runs.size >= MAX_RUNS) runs.clear();
    runs.set(text, run);
    return copyOf(run);
  };
  return font;
}

function copyOf(run: GlyphRun): GlyphRun {
  const copy: GlyphRun = Object.assign(Object.create(Object.getPrototypeOf(run)), run);
  copy.positions = run.positions.map((position) => ({ ...position }));
  return copy;
}
