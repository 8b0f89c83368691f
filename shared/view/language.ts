/** Languages every text of the product exists in; the keys of `Bilingual`. */
export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

/** The language to begin with: Chinese for any Chinese locale, and where the browser names none we have. */
export function languageOf(locales: readonly string[]): Language {
  for (const locale of locales) {
    if (/^zh\b/i.test(locale)) return 'zh';
    if (/^en\b/i.test(locale)) return 'en';
  }
  return 'zh';
}

/** BCP 47 tag for `lang` attributes and `Intl`. */
export const languageTag: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' };
