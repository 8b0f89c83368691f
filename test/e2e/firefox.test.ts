import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import JSZip from 'jszip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { bytesSource } from '#shared/lib/bytes-source';
import { toUtf8 } from '#shared/lib/utf8';
import type { CaptureView } from '#shared/view/capture-view';
import { nodePorts } from '../../server/store/node-ports.ts';
import { testPng } from '../fixtures/test-png.ts';
import { buildFirefoxExtension, type FirefoxSession, hasFirefox, openFirefox } from './firefox-session.ts';
import { readResponses } from './open-package.ts';
import { storedBundle } from './stored-bundle.ts';

const picture = testPng(16, 3);
const page = `<!doctype html><meta charset="utf-8"><title>火狐</title><h1>第二种浏览器</h1><img src="/p.png">
<script>fetch('/data.json').then((r) => r.json()).then((d) => { document.title += d.price; });</script>`;
const data = toUtf8('{"price":"９９"}');

/** Proves that interface, events and reducers serve a second engine: the whole way to a bundle that verifies. */
describe.skipIf(!hasFirefox())('a page captured in Firefox', () => {
  const profile = mkdtempSync(join(tmpdir(), 'tiezheng-firefox-'));
  const served: Record<string, [type: string, bytes: Uint8Array]> = {
    '/': ['text/html', toUtf8(page)],
    '/p.png': ['image/png', picture],
    '/data.json': ['application/json', data],
  };
  const server = http.createServer((request, response) => {
    const found = served[request.url ?? ''];
    if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
    else if (found === undefined) response.writeHead(404).end('nothing');
    else response.writeHead(200, { 'content-type': found[0] }).end(found[1]);
  });
  let origin = '';
  let firefox: FirefoxSession;

  beforeAll(async () => {
    buildFirefoxExtension();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    firefox = await openFirefox(profile);
  });
  afterAll(async () => {
    await firefox?.close();
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  });

  const ask = async <T>(type: string, body: object): Promise<T> => {
    const message = JSON.stringify({ to: 'service-worker', type, body });
    const reply = await firefox.evaluate<{ ok: boolean; value: T }>(
      `browser.runtime.sendMessage(${message})`,
    );
    if (!reply.ok) throw new Error(JSON.stringify(reply));
    return reply.value;
  };

  test('gives exact bytes, addresses and an honest list, in a bundle that verifies', async () => {
    const request = { url: `${origin}/`, mode: 'reload', cookies: false, purpose: '', makers: [] };
    const { captureId } = await ask<{ captureId: string }>('start-capture', request);
    const view = () => ask<CaptureView>('capture-state', { captureId });
    await expect.poll(async () => (await view()).state, { timeout: 120_000, interval: 500 }).toBe('bundled');
    const bytes = Uint8Array.from(await storedBundle(firefox, captureId));
    const { record } = await verifyBundle(bytesSource(bytes), nodePorts);
    expect(record.engine).toMatchObject({ id: 'firefox-webrequest', provides: { mhtml: 'no' } });
    expect(record.engine.version).toMatch(/^Firefox\//);
    expect(record.title).toBe('火狐９９');

    const bundle = await JSZip.loadAsync(bytes);
    const warc = await bundle.files['archive/data.warc.gz']!.async('uint8array');
    const responses = await readResponses(warc);
    for (const [path, [, body]] of Object.entries(served)) {
      const found = responses.find(({ url }) => url === `${origin}${path}`);
      expect({ path, body: [...(found?.payload ?? [])] }).toEqual({ path, body: [...body] });
    }
    const har = JSON.parse(await bundle.files['evidence/network.har']!.async('string')) as {
      log: { entries: { request: { url: string }; serverIPAddress?: string }[] };
    };
    const addresses = har.log.entries.map(({ serverIPAddress }) => serverIPAddress);
    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));
    checkArtefacts(record);
  });
});

function checkArtefacts({ artefacts, notCaptured }: CaptureRecord): void {
  const kinds = artefacts.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['found-dom', 'dom', 'screenshot', 'warc', 'network-har']));
  expect(notCaptured.map(({ what, reason }) => `${what} ${reason}`)).toEqual(
    expect.arrayContaining(['mhtml not-reached', 'certificate not-reached', 'websocket not-reached']),
  );
}
