import type { Line } from './break-lines.ts';
import type { EmbeddedFont } from './embedded-font.ts';
import { pdfNumber } from './pdf-number.ts';

/** pdfkit's drawing of one line, behind its own type. */
interface Fragments {
  _fragment(text: string, x: number, y: number, options: object): void;
}

interface PageFonts {
  readonly fonts: Record<string, unknown>;
}

/**
 * Writes lines in one font of one document: byte for byte what pdfkit would write, in one piece and without laying the
 * line out again.
 */
export class LineWriter {
  private readonly document: PDFKit.PDFDocument;
  readonly font: EmbeddedFont;
  /** Glyph id of the font to its id in the document's subset, as hexadecimal. */
  private readonly codes = new Map<number, string>();

  constructor(document: PDFKit.PDFDocument, font: EmbeddedFont) {
    this.document = document;
    this.font = font;
  }

  /** Draws `line` with its top left corner at `x`, `y`, in the document's current colour and in `size` points. */
  write({ text, run }: Line, x: number, y: number, size: number): void {
    if (run.shifted) {
      (this.document as unknown as Fragments)._fragment(text, x, y, {});
      return;
    }
    if (run.text === '') return;
    const { id, ascender } = this.font;
    const { height } = this.document.page;
    const fonts = (this.document.page as unknown as PageFonts).fonts;
    fonts[id] ??= this.font.ref();
    const baseline = height - y - (ascender / 1000) * size;
    const shown = this.shown(run);
    const content =
      `q\n1 0 0 -1 0 ${pdfNumber(height)} cm\nBT\n1 0 0 1 ${pdfNumber(x)} ${pdfNumber(baseline)} Tm\n` +
      `/${id} ${pdfNumber(size)} Tf\n${shown}ET\nQ\n`;
    // As bytes: pdfkit would turn a string into them one character at a time.
    this.document.addContent(Buffer.from(content, 'latin1'));
  }

  private shown({ glyphs, pieces }: Line['run']): string {
    if (pieces.length === 0) return '';
    let shown = '[';
    let from = 0;
    for (const { end, adjustment } of pieces) {
      shown += from === 0 ? '<' : ' <';
      for (; from < end; from++) shown += this.code(glyphs[from]);
      shown += `> ${adjustment}`;
    }
    return `${shown}] TJ\n`;
  }

  private code(glyph: Line['run']['glyphs'][number] | undefined): string {
    if (glyph === undefined) return '';
    const known = this.codes.get(glyph.id);
    if (known !== undefined) return known;
    const { subset, widths, unicode, scale } = this.font;
    const id = subset.includeGlyph(glyph.id);
    widths[id] ??= glyph.advanceWidth * scale;
    unicode[id] ??= glyph.codePoints;
    const code = id.toString(16).padStart(4, '0');
    this.codes.set(glyph.id, code);
    return code;
  }
}
