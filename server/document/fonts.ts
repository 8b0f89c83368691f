import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { DocumentError } from './document-error.ts';
import { type DocumentFont, type LayoutFont, rememberLayout } from './remember-layout.ts';

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
    readonly _font: { readonly font: LayoutFont };
  };
  return rememberLayout(_font.font);
}
