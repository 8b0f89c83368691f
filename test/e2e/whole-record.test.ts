import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '#shared/lib/sha256';
import { type CapturedBundle, capturedBundle, ledgerLines } from './captured-bundle.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { closedNetwork } from './run-start.ts';
import { secrets, serveSecretSite } from './secret-site.ts';

interface HarEntry {
  readonly request: { readonly url: string; readonly method: string };
  readonly response: { readonly status: number; readonly redirectURL: string };
  readonly timings: Record<string, number>;
  readonly time: number;
  readonly serverIPAddress?: string;
  readonly connection?: string;
  readonly _source?: string;
  readonly _webSocketMessages?: readonly { readonly type: string; readonly data: string }[];
}

describe.skipIf(!canOpenExtension())('everything a page fetches, and nothing the case does not allow', () => {
  const profile = mkdtempSync(join(tmpdir(), 'tiezheng-whole-'));
  let site: Awaited<ReturnType<typeof serveSecretSite>>;
  let browser: ExtensionSession;
  let redacted: CapturedBundle;

  const capture = async (mode: 'reload' | 'as-is', cookies: boolean) => {
    const tabId = await browser.evaluate<number>(`(async () => {
      const { id } = await chrome.tabs.create({ url: ${JSON.stringify(`${site.origin}/`)} });
      await new Promise((done) => setTimeout(done, 2000));
      return id;
    })()`);
    const request = { tabId, mode, cookies, purpose: '', makers: [] } as const;
    const { captureId } = await browser.ask('start-capture', request);
    const bundle = await capturedBundle(browser, captureId, 120_000);
    await browser.evaluate(`chrome.tabs.remove(${tabId})`);
    return bundle;
  };
  const entriesOf = async ({ text }: CapturedBundle) =>
    (JSON.parse(await text('evidence/network.har')) as { log: { entries: HarEntry[] } }).log.entries;
  /** Every byte of the bundle, compressed records unpacked. */
  const everything = async ({ names, read, bytes }: CapturedBundle) => {
    const parts = [Buffer.from(bytes)];
    for (const name of names) if (name.endsWith('.gz')) parts.push(gunzipSync(Buffer.from(await read(name))));
    return Buffer.concat(parts);
  };

  beforeAll(async () => {
    site = await serveSecretSite();
    browser = await openExtension(profile, [closedNetwork]);
    await browser.ask('service-state');
    redacted = await capture('reload', false);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  test('bodies of page and worker, and what a redirect led to; those of a service worker, or its entry', async () => {
    const bodies = new Map(
      redacted.responses.map(({ url, payload }) => [
        new URL(url).pathname,
        new TextDecoder().decode(payload),
      ]),
    );
    for (const [path, mark] of Object.entries({
      '/': 'ALL-WAYS-MARK',
      '/hopped.json': 'AFTER-REDIRECT-MARK',
      '/worker.js': 'from-worker',
      '/from-worker.json': 'FROM-WORKER-MARK',
    }))
      expect(bodies.get(path), path).toContain(mark);
    const listed = redacted.record.notCaptured.some(
      ({ what, url }) => what === 'worker' && url === `${site.origin}/sw.js`,
    );
    if (!listed) {
      expect(bodies.get('/sw.js')).toContain('oninstall');
      expect(bodies.get('/from-service-worker.json')).toContain('FROM-SERVICE-WORKER-MARK');
    }
  });

  test('HAR: redirect, timings, address and port of every answer from the network, messages', async () => {
    const entries = await entriesOf(redacted);
    const hop = entries.find(({ request }) => request.url.endsWith('/hop'));
    expect(hop?.response).toMatchObject({ status: 302, redirectURL: '/hopped.json' });
    const { port } = new URL(site.origin);
    const answered = entries.filter(
      ({ request, response, _source }) =>
        request.url.startsWith(site.origin) && response.status > 0 && _source === 'network',
    );
    expect(answered.length).toBeGreaterThan(6);
    for (const { request, serverIPAddress, connection, timings } of answered) {
      expect([serverIPAddress, connection], request.url).toEqual(['127.0.0.1', port]);
      for (const phase of ['send', 'wait', 'receive'])
        expect(timings[phase], phase).toBeGreaterThanOrEqual(0);
    }
    expect(answered.find(({ request }) => request.url === `${site.origin}/`)?.time).toBeGreaterThan(0);
    const socket = entries.find(({ request }) => request.url.endsWith('/socket'));
    // Which of the two comes first is up to the network.
    expect(socket?._webSocketMessages).toHaveLength(2);
    expect(socket?._webSocketMessages).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'receive', data: 'FROM-SOCKET-MARK' }),
        expect.objectContaining({
          type: 'send',
          data: expect.stringMatching(new RegExp(`^redacted; length=${secrets.webSocketMessage.length};`)),
        }),
      ]),
    );
  });

  test('protected video is in the ledger', () => {
    expect(ledgerLines(redacted.view)).toContain('video protected-media');
  });

  test('no secret is anywhere in the bundle; each header and message has its redaction', async () => {
    const all = await everything(redacted);
    const left = Object.entries(secrets).filter(
      ([, secret]) => all.includes(secret) || all.includes(Buffer.from(secret).toString('base64')),
    );
    expect(left).toEqual([]);
    expect(redacted.names).not.toContain('evidence/cookies.json');
    expect(redacted.names).not.toContain('evidence/storage.json');
    expect(ledgerLines(redacted.view)).toContain('request-body withheld');
    const { redactions } = redacted.record;
    for (const [field, value] of [
      ['request authorization', `Bearer ${secrets.authorization}`],
      ['request x-auth-token', secrets.token],
      ['response x-csrf-token', secrets.token],
      ['response set-cookie', `server=${secrets.setCookie}; HttpOnly`],
      ['response set-cookie', `ws=${secrets.webSocketCookie}`],
      ['websocket sent 1', secrets.webSocketMessage],
    ] as const) {
      const proven = redactions.some(
        (entry) =>
          entry.field === field &&
          entry.length === value.length &&
          entry.digest === sha256Hex(Buffer.concat([Buffer.from(entry.salt, 'hex'), Buffer.from(value)])),
      );
      expect(proven, field).toBe(true);
    }
    expect(redactions.filter(({ field }) => field === 'request cookie').length).toBeGreaterThan(0);
  });

  test('with the consent of the case all of it is kept, and nothing is redacted', async () => {
    const kept = await capture('reload', true);
    const all = await everything(kept);
    expect(Object.entries(secrets).filter(([, secret]) => !all.includes(secret))).toEqual([]);
    expect(kept.record.redactions).toEqual([]);
    expect(await kept.text('evidence/storage.json')).toContain(secrets.sessionStorage);
  });

  test('as it is: an answer from the cache is flagged', async () => {
    const bundle = await capture('as-is', false);
    const { cached } = JSON.parse(await bundle.text('evidence/facts.json')) as {
      cached: { count: number; urls: string[] };
    };
    expect(cached.urls).toContain(`${site.origin}/cacheable.js`);
    const entries = await entriesOf(bundle);
    expect(entries.find(({ request }) => request.url.endsWith('/cacheable.js'))?._source).toBe('cache');
  });
});
