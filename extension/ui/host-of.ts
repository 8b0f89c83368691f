/** What stands for a page before its title is known: host and port, the whole address where there is none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || url : url;
}
