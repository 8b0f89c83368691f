import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { codePoint } from '#shared/seal/visible-text';
import type { Line } from './break-lines.ts';
import { DocumentError } from './document-error.ts';
import { encodeSubset, type SubsetSource } from './encode-subset.ts';
import { type LayoutFont, rememberLayout } from './remember-layout.ts';
import { TextMemory } from './text-memory.ts';

/** A font of documents, with the texts it has laid out. */
interface DocumentFont {
  readonly font: LayoutFont;
  /** What a document's font begins with and adds to. */
  layouts(): Record<string, unknown>;
  /** Texts as broken into lines, by size, width and text. */
  readonly lines: TextMemory<readonly Line[]>;
  /** A text with each character the font cannot draw as its code point: pdfkit would print an empty box. */
  drawable(text: string): string;
}

/** Noto Sans SC (SIL Open Font License 1.1), parsed; shared by all documents of the process. */
export interface Fonts {
  readonly regular: DocumentFont;
  readonly bold: DocumentFont;
}

const require = createRequire(import.meta.url);
let loaded: Promise<Fonts> | undefined;

/**
 * The two fonts every document is set in, read and parsed once a process: parsing took a third of the time of a
 * certificate.
 * @throws DocumentError `FONT_MISSING`.
 */
export function loadFonts(): Promise<Fonts> {
  loaded ??= readFonts();
  return loaded;
}

async function readFonts(): Promise<Fonts> {
  try {
    const [regular, bold] = await Promise.all([
      readFile(require.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf')),
      readFile(require.resolve('@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf')),
    ]);
    return { regular: parseFont(regular), bold: parseFont(bold) };
  } catch (cause) {
    loaded = undefined;
    throw new DocumentError('FONT_MISSING', 'Noto Sans SC cannot be read', { cause });
  }
}

/** pdfkit parses a font for a document; this one is thrown away and its font kept. */
function parseFont(bytes: Buffer): DocumentFont {
  const { _font } = new PDFDocument({ font: bytes } as unknown as PDFKit.PDFDocumentOptions) as unknown as {
    readonly _font: { readonly font: LayoutFont & SubsetSource };
  };
  const { font } = _font;
  encodeSubset(font);
  const drawable = (text: string) =>
    [...text].map((character) => (lacks(font, character) ? codePoint(character) : character)).join('');
  return { font, layouts: rememberLayout(font), lines: new TextMemory(), drawable };
}

function lacks(font: LayoutFont, character: string): boolean {
  return character !== '\n' && !font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
}
