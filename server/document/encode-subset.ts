/** The part of fontkit's font a subset is cut from. */
export interface SubsetSource {
  readonly stream: { readonly buffer: Uint8Array };
  readonly directory: { readonly tables: Readonly<Record<string, { readonly offset: number } | undefined>> };
  readonly loca: { readonly version: number; readonly offsets: readonly number[] };
  readonly hhea: { readonly numberOfMetrics: number };
  readonly maxp: { readonly numGlyphs: number };
  createSubset(): FontSubset;
}

/** fontkit's subset of a TrueType font: glyph ids of the font in the order of the subset's own. */
interface FontSubset {
  readonly glyphs: readonly number[];
  includeGlyph(id: number): number;
  encode(): Uint8Array;
}

const HEADER = 12;
const ENTRY = 16;

/**
 * Makes a font's subsets encode by copying each glyph's bytes out of the font. fontkit decodes every outline and every
 * metric to write them again, which took a quarter of the time of a certificate; the bytes are the same. What is not
 * a plain copy (composite and variable glyphs, short offsets) stays with fontkit.
 */
export function encodeSubset(font: SubsetSource): void {
  const create = font.createSubset.bind(font);
  const { glyf, hmtx, fvar } = font.directory.tables;
  const everyGlyphMeasured = font.hhea.numberOfMetrics === font.maxp.numGlyphs;
  if (!glyf || !hmtx || fvar || font.loca.version !== 1 || !everyGlyphMeasured) return;
  const model = create().encode();
  font.createSubset = () => {
    const subset = create();
    const encode = subset.encode.bind(subset);
    subset.encode = () => {
      const outlines = copyOutlines(font, glyf.offset, subset.glyphs);
      if (outlines === undefined) return encode();
      return likeModel(model, subset.glyphs.length, {
        ...outlines,
        hmtx: copyMetrics(font, hmtx.offset, subset.glyphs),
      });
    };
    return subset;
  };
}

/** Tables `glyf` and `loca`; undefined where a glyph is made of others, whose ids would have to change. */
function copyOutlines(
  { stream: { buffer }, loca: { offsets } }: SubsetSource,
  start: number,
  glyphs: readonly number[],
) {
  const ranges = glyphs.map((id) => [start + (offsets[id] ?? 0), start + (offsets[id + 1] ?? 0)] as const);
  const glyf = new Uint8Array(ranges.reduce((sum, [from, to]) => sum + to - from, 0));
  const loca = new DataView(new ArrayBuffer(4 * (glyphs.length + 1)));
  let end = 0;
  for (const [index, [from, to]] of ranges.entries()) {
    const composite = to > from && (buffer[from] ?? 0) >= 0x80;
    if (composite) return undefined;
    glyf.set(buffer.subarray(from, to), end);
    end += to - from;
    loca.setUint32(4 * (index + 1), end);
  }
  return { glyf, loca: new Uint8Array(loca.buffer) };
}

function copyMetrics(
  { stream: { buffer } }: SubsetSource,
  start: number,
  glyphs: readonly number[],
): Uint8Array {
  const hmtx = new Uint8Array(4 * glyphs.length);
  for (const [index, id] of glyphs.entries())
    hmtx.set(buffer.subarray(start + 4 * id, start + 4 * id + 4), 4 * index);
  return hmtx;
}

/** The font file `model` with tables replaced and `count` glyphs. */
function likeModel(
  model: Uint8Array,
  count: number,
  replaced: Readonly<Record<string, Uint8Array>>,
): Uint8Array {
  const view = new DataView(model.buffer, model.byteOffset, model.byteLength);
  const tables = Array.from({ length: view.getUint16(4) }, (_, index) => {
    const entry = HEADER + ENTRY * index;
    const tag = String.fromCharCode(...model.subarray(entry, entry + 4));
    const offset = view.getUint32(entry + 8);
    return { entry, tag, bytes: replaced[tag] ?? model.slice(offset, offset + view.getUint32(entry + 12)) };
  });
  let end = HEADER + ENTRY * tables.length;
  const file = new Uint8Array(tables.reduce((sum, { bytes }) => sum + bytes.length, end));
  file.set(model.subarray(0, end));
  const out = new DataView(file.buffer);
  for (const { entry, tag, bytes } of tables) {
    file.set(bytes, end);
    if (tag === 'maxp') out.setUint16(end + 4, count);
    if (tag === 'hhea') out.setUint16(end + 34, count);
    out.setUint32(entry + 8, end);
    out.setUint32(entry + 12, bytes.length);
    end += bytes.length;
  }
  return file;
}
