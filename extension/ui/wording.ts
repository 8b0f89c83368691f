import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '#shared/view/language';
import { en } from './text/en.ts';
import type { UiText } from './text/ui-text.ts';
import { zh } from './text/zh.ts';

const texts: Readonly<Record<Language, UiText>> = { zh, en };

export const LanguageContext = createContext<Language>('zh');

/** The language of the panel and its words. */
export function useWording(): { language: Language; text: UiText } {
  const language = useContext(LanguageContext);
  return { language, text: texts[language] };
}

/** `template` with each `{n}` replaced by the n-th value. */
export function filled(template: string, ...values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
}
