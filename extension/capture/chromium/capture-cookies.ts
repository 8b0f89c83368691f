import { attempt, type CaptureRun } from './capture-run.ts';

/** Cookies the browser would send to the page and to what it fetched; called only when the case allows it. */
export async function captureCookies(run: CaptureRun): Promise<void> {
  const { page, sink, main, targets } = run;
  await attempt(run, { what: 'cookies', url: main.url.slice(0, 20_000) }, async () => {
    const urls = [main.url, ...targets.frames().map(({ url }) => url)].filter((url) => /^https?:/.test(url));
    const { cookies } = await page('Network.getCookies', { urls });
    const text = `${JSON.stringify({ version: 1, urls, cookies }, undefined, 1)}\n`;
    await sink.artefact({ kind: 'cookies', n: 1, bytes: new TextEncoder().encode(text) });
  });
}
