import { type Language, languages } from '#shared/view/language';

const KEY = 'language';

/** The language a person chose in the panel; `undefined` before any choice. */
export async function readLanguage(): Promise<Language | undefined> {
  const { [KEY]: stored } = await chrome.storage.local.get(KEY);
  return languages.find((language) => language === stored);
}

export async function storeLanguage(language: Language): Promise<void> {
  await chrome.storage.local.set({ [KEY]: language });
}
