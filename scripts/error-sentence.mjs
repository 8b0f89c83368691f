import { tsImport } from 'tsx/esm/api';

/**
 * The product's own sentences for an error of the extension, Chinese and English: what happened, what is safe, what to do.
 * A code without a sentence keeps its technical message.
 */
export async function errorSentence({ code, message, entry }) {
  const { errorTexts } = await tsImport('../shared/view/text/errors.ts', import.meta.url);
  const sentence = errorTexts[code];
  const technical = [code, entry, message].filter(Boolean).join(' · ');
  return sentence === undefined ? technical : `${sentence.zh}\n  ${sentence.en}\n  (${technical})`;
}
