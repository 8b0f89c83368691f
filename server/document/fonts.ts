import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DocumentError } from './document-error.ts';

/** Noto Sans SC (SIL Open Font License 1.1), as TrueType. */
export interface Fonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

const require = createRequire(import.meta.url);
let loaded: Promise<Fonts> | undefined;

/**
 * The two fonts every document is set in, read once a process.
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
    return { regular, bold };
  } catch (cause) {
    loaded = undefined;
    throw new DocumentError('FONT_MISSING', 'Noto Sans SC cannot be read', { cause });
  }
}
