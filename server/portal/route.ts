import { useEffect, useState } from 'preact/hooks';

const paths = {
  '/': 'home',
  '/sign-in': 'sign-in',
  '/invitation': 'invitation',
  '/security': 'security',
  '/pair': 'pair',
  '/devices': 'devices',
  '/oidc/callback': 'oidc-callback',
} as const;
export type Path = keyof typeof paths;
export type PageName = (typeof paths)[Path];

const MOVED = 'moved';

/** Goes to another page of the portal without loading it anew. */
export function goTo(path: Path): void {
  history.pushState(null, '', path);
  dispatchEvent(new Event(MOVED));
}

/** The page the address names; the first for anything else. */
export function usePage(): PageName {
  const [page, setPage] = useState<PageName>(here);
  useEffect(() => {
    const update = () => setPage(here());
    for (const event of ['popstate', MOVED]) addEventListener(event, update);
    return () => {
      for (const event of ['popstate', MOVED]) removeEventListener(event, update);
    };
  }, []);
  return page;
}

function here(): PageName {
  return paths[location.pathname as Path] ?? 'home';
}

/**
 * What stands behind `#` or `?`, once: it is taken out of the address, so that no history and no screenshot keeps it.
 */
export function takeFromAddress(part: 'hash' | 'search'): string {
  const text = location[part].slice(1);
  if (text !== '') history.replaceState(null, '', location.pathname);
  return text;
}
