/** See find-browser.mjs. */
export function findBrowser(options?: {
  platform?: string;
  env?: Record<string, string | undefined>;
}): string | undefined;
