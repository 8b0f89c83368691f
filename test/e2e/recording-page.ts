import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { testPng } from '../fixtures/test-png.ts';
import type { ExtensionSession } from './extension-session.ts';

/** A server of pages that move and sound, and of files to play. */
export interface RecordingSite {
  readonly origin: string;
  /** What `/picture.png` gives. */
  readonly picture: Uint8Array;
  /** Served as `/file.webm`. */
  serve(file: Uint8Array): void;
  close(): void;
}

/** Moving picture and a tone, made by the page itself; now and then it fetches a picture and a text. */
const livePage = `<!doctype html><meta charset="utf-8"><title>LIVE</title><canvas id="c" width="640" height="360"></canvas><script>
  const draw = c.getContext('2d');
  let n = 0;
  setInterval(() => {
    draw.fillStyle = 'hsl(' + (n * 7) % 360 + ' 80% 50%)';
    draw.fillRect(0, 0, 640, 360);
    draw.fillStyle = '#fff';
    draw.fillText(String(n++), 20, 40);
  }, 40);
  const audio = new AudioContext();
  const tone = new OscillatorNode(audio, { frequency: 440 });
  tone.connect(new GainNode(audio, { gain: 0.3 })).connect(audio.destination);
  tone.start();
  setInterval(async () => {
    new Image().src = '/picture.png?' + n;
    new Image().src = '/broken.png?' + n;
    await (await fetch('/comments?' + n)).text();
  }, 2000);
</script>`;
export const comments = '主播:百分之百有效';

export async function serveRecordingSite(): Promise<RecordingSite> {
  const picture = testPng(24);
  let played = new Uint8Array(0);
  const server = http.createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    if (path === '/file.webm') response.setHeader('content-type', 'video/webm').end(played);
    else if (path === '/picture.png') response.setHeader('content-type', 'image/png').end(picture);
    else if (path === '/broken.png') response.setHeader('content-type', 'image/png').end('no picture at all');
    else if (path === '/comments')
      response.setHeader('content-type', 'text/plain; charset=utf-8').end(comments);
    else if (path === '/still')
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>STILL</title><h1>still');
    else response.setHeader('content-type', 'text/html; charset=utf-8').end(livePage);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    picture,
    serve: (file) => {
      played = Uint8Array.from(file);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Opens `url` in a tab in front and waits until it has loaded. */
export function openTab(browser: ExtensionSession, url: string): Promise<number> {
  return browser.evaluate<number>(`(async () => {
    const { id } = await chrome.tabs.create({ url: ${JSON.stringify(url)} });
    while ((await chrome.tabs.get(id)).status !== 'complete') await new Promise((r) => setTimeout(r, 50));
    return id;
  })()`);
}

/** Runs `body` with the open database, beside the extension's own code: what is on disk, not what it says. */
function withDatabase(body: string): string {
  return `(async () => {
    const request = (made) => new Promise((resolve, reject) => {
      made.onsuccess = () => resolve(made.result);
      made.onerror = () => reject(made.error);
    });
    const database = await request(indexedDB.open('tiezheng'));
    try { ${body} } finally { database.close(); }
  })()`;
}

/** How many chunks of a recording are stored. */
export function countChunks(browser: ExtensionSession, captureId: string): Promise<number> {
  return browser.evaluate<number>(
    withDatabase(`
    const rows = await request(database.transaction('recordings').objectStore('recordings').getAll());
    return rows.filter((row) => row.capture === ${JSON.stringify(captureId)} && row.entry.type === 'chunk').length;
  `),
  );
}

/** The bytes of a stored artefact. */
export async function storedBytes(
  browser: ExtensionSession,
  captureId: string,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const text = await browser.evaluate<string>(
    withDatabase(`
    const key = ${JSON.stringify(`${captureId}/${path}`)};
    const row = await request(database.transaction('blobs').objectStore('blobs').get(key));
    const bytes = new Uint8Array(await row.blob.arrayBuffer());
    let binary = '';
    for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(binary);
  `),
  );
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

export interface Played {
  /** Pictures decoded until playing was stopped. */
  readonly frames: number;
  readonly seconds: number;
  readonly ended: boolean;
}

/**
 * Plays the served file in a page of its own.
 * @param whole plays it to its end (eight times as fast); otherwise some pictures, then seeks to the end
 */
export function play(browser: ExtensionSession, origin: string, whole = false): Promise<Played> {
  const url = `${origin}/file.webm`;
  return browser.evaluate<Played>(`(async () => {
    const { id } = await chrome.tabs.create({ url: ${JSON.stringify(`${origin}/still`)} });
    while ((await chrome.tabs.get(id)).status !== 'complete') await new Promise((r) => setTimeout(r, 50));
    const target = { tabId: id };
    await chrome.debugger.attach(target, '1.3');
    const { result, exceptionDetails } = await chrome.debugger.sendCommand(target, 'Runtime.evaluate', {
      awaitPromise: true,
      returnByValue: true,
      expression: \`(async () => {
        const video = document.createElement('video');
        video.muted = true;
        // A file at hand can be sought to its end, whatever has been loaded of it.
        video.src = URL.createObjectURL(await (await fetch('${url}?' + Math.random())).blob());
        await new Promise((resolve, reject) => {
          video.onloadedmetadata = resolve;
          video.onerror = () => reject(new Error(video.error.message));
        });
        video.playbackRate = ${whole ? 8 : 4};
        await video.play();
        const decoded = () => video.getVideoPlaybackQuality().totalVideoFrames;
        const enough = () => video.ended || video.error !== null || (!${whole} && decoded() > 5);
        for (let tries = 0; !enough() && tries < ${whole ? 6000 : 150}; tries++)
          await new Promise((resolve) => setTimeout(resolve, 100));
        const { ended } = video;
        const frames = decoded();
        if (!ended) {
          video.pause();
          video.currentTime = 1e6;
          await new Promise((resolve) => { video.onseeked = resolve; });
        }
        return { frames, ended, seconds: video.duration === Infinity ? video.currentTime : video.duration };
      })()\`,
    });
    await chrome.tabs.remove(id);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  })()`);
}
