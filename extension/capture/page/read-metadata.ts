import type { PageMetadata } from '#shared/fact/page-metadata';

/** Runs inside the page, so it must hold everything it uses. */
export function readMetadata(moment: PageMetadata['moment']): PageMetadata {
  const cut = (text: string | null | undefined) => (text ?? '').slice(0, 20_000).toWellFormed();
  const { userActivation } = navigator as { userActivation?: UserActivation };
  return {
    version: 1,
    moment,
    url: cut(location.href),
    title: cut(document.title),
    charset: cut(document.characterSet),
    contentType: cut(document.contentType),
    lastModified: cut(document.lastModified),
    referrer: cut(document.referrer),
    language: cut(document.documentElement?.getAttribute('lang')),
    readyState: document.readyState,
    canonical: cut(document.querySelector<HTMLLinkElement>('link[rel~="canonical"]')?.href),
    userActive: userActivation?.hasBeenActive ?? null,
    meta: [...document.querySelectorAll('meta')].slice(0, 500).flatMap((element) => {
      const name = ['name', 'property', 'http-equiv', 'itemprop']
        .map((attribute) => element.getAttribute(attribute))
        .find((value) => value !== null);
      return name === undefined ? [] : [{ name: cut(name), content: cut(element.content) }];
    }),
    structured: [...document.querySelectorAll('script[type="application/ld+json"]')]
      .slice(0, 50)
      .map((element) => cut(element.textContent)),
  };
}
