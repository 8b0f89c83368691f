import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '#shared/view/language';
import { en } from './text/en.ts';
import type { PortalText } from './text/portal-text.ts';
import { zh } from './text/zh.ts';

export const texts: Readonly<Record<Language, PortalText>> = { zh, en };

export const LanguageContext = createContext<Language>('zh');

/** The words of the language the reader has chosen. */
export function useWording(): { readonly language: Language; readonly text: PortalText } {
  const language = useContext(LanguageContext);
  return { language, text: texts[language] };
}
