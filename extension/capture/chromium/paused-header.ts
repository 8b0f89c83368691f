import type { CdpEvents } from './cdp.ts';

/** The first value of a header of a paused response; names are given in lower case. */
export function pausedHeader(
  { responseHeaders = [] }: CdpEvents['Fetch.requestPaused'],
  wanted: string,
): string | undefined {
  return responseHeaders.find(({ name }) => name.toLowerCase() === wanted)?.value;
}
