import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorTexts } from '#shared/view/text/errors';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { closedNetwork } from './run-start.ts';
import { type RunningService, startService } from './start-service.ts';

const page = (body: string) => `<!doctype html><title>Bad input</title><h1>BAD-INPUT-MARK</h1>${body}`;

/** Pages that misbehave, each in its own way. @param secureOrigin where `/to-secure` sends */
function answer(secureOrigin: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const url = request.url ?? '/';
  if (url === '/never') return;
  if (url === '/file') {
    response.setHeader('content-disposition', 'attachment; filename="file.bin"');
    response.end('a file');
    return;
  }
  if (url === '/to-secure') {
    response.writeHead(302, { location: `${secureOrigin}/` }).end();
    return;
  }
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (url === '/unsettled') {
    response.write(page('<p>and more to come'));
    return;
  }
  // Tall enough that scrolling and picturing it take seconds.
  response.end(page(url === '/tall' ? '<div style="height:40000px">tall' : '<p>ordinary'));
}

describe.skipIf(!canOpenExtension())('bad input in a real browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-bad-'));
  const profile = join(folder, 'browser');
  const plain = http.createServer((request, response) => answer(secureOrigin, request, response));
  let secure: https.Server;
  let origin = '';
  let secureOrigin = '';
  let service: RunningService;
  let browser: ExtensionSession;
  let neverAnswering = '';
  const dataDir = join(folder, 'data');

  beforeAll(async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-days', '2'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject],
      {
        stdio: 'ignore',
      },
    );
    secure = https.createServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      (request, response) => answer(secureOrigin, request, response),
    );
    origin = await listen(plain, 'http');
    secureOrigin = await listen(secure, 'https');
    service = await startService({ dataDir });
    browser = await openExtension(profile, [closedNetwork]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    for (const server of [plain, secure]) {
      server?.closeAllConnections();
      server?.close();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('a wrong pairing code pairs nothing and is journalled; the right one pairs', async () => {
    const pair = (code: string) => browser.ask('pair', { origin: service.url, code, name: 'test' });
    await expect(pair('WRONGCDE')).rejects.toMatchObject({ code: 'PAIRING_CODE_WRONG' });
    expect((await browser.ask('service-state')).paired).toBe(false);
    expect((await pair(await service.pairingCode())).paired).toBe(true);
    // Given up only after half a minute: the tests below run meanwhile.
    neverAnswering = await browser.capture(`${origin}/never`);
  });

  test.each([
    ['an unreachable host', (): string => 'http://127.0.0.1:1/', 'HOST_UNREACHABLE'],
    ['a name that does not exist', (): string => 'http://no-such-host.example/', 'HOST_UNREACHABLE'],
    ['a refused certificate', (): string => `${secureOrigin}/`, 'CERTIFICATE_ERROR'],
    [
      'an answer that leads to a refused certificate',
      (): string => `${origin}/to-secure`,
      'CERTIFICATE_ERROR',
    ],
    ['a download instead of a page', (): string => `${origin}/file`, 'DOWNLOAD_INSTEAD_OF_PAGE'],
  ] as const)('%s: number kept, reason journalled', async (_, url, code) => {
    const id = await browser.capture(url());
    const view = await browser.ended(id);
    expect(view).toMatchObject({ state: 'failed', error: { code } });
    expect((await browser.journal(id)).slice(-1)).toEqual(['capture-failed']);
    // The file of the last case lies in the person's own downloads folder.
    await browser.evaluate(
      `chrome.downloads.search({}).then((items) => Promise.all(items.map(({ id }) => chrome.downloads.removeFile(id))))`,
    );
  });

  test('the panel says it in one sentence', async () => {
    await browser.evaluate(`document.querySelector('.capture').click()`);
    await expect
      .poll(() => browser.evaluate<string>(`document.querySelector('.note-error')?.textContent ?? ''`))
      .toMatch(
        new RegExp(`${errorTexts.DOWNLOAD_INSTEAD_OF_PAGE.zh}|${errorTexts.DOWNLOAD_INSTEAD_OF_PAGE.en}`),
      );
  });

  test('addresses that are none and pages no extension may touch take no number', async () => {
    const before = (await browser.ask('list-captures', {})).captures.length;
    await expect(browser.capture('not an address')).rejects.toMatchObject({ code: 'URL_MALFORMED' });
    await expect(browser.capture('chrome://settings/')).rejects.toMatchObject({ code: 'TAB_NOT_CAPTURABLE' });
    expect((await browser.ask('list-captures', {})).captures.length).toBe(before);
  });

  test('a page that never settles is sealed as it stood, and says so', async () => {
    const id = await browser.capture(`${origin}/unsettled`);
    const view = await browser.ended(id, 150_000);
    expect(view.state).toBe('sealed');
    expect(view.notCaptured.map(({ reason }) => reason)).toContain('still-loading');
  });

  test('an address that never answers fails in bounded time', async () => {
    const view = await browser.ended(neverAnswering, 150_000);
    expect(view).toMatchObject({ state: 'failed', error: { code: 'PAGE_NOT_ANSWERING' } });
  });

  test('a tab closed in mid-capture: what was stored is sealed, the cut is named', async () => {
    const id = await browser.capture(`${origin}/tall`);
    await browser.until(id, ({ artefacts }) => artefacts.some(({ kind }) => kind === 'found-dom'));
    await browser.evaluate(
      `chrome.tabs.query({url: '${origin}/tall'}).then((tabs) => chrome.tabs.remove(tabs.map((tab) => tab.id)))`,
    );
    const view = await browser.ended(id);
    expect(view).toMatchObject({ state: 'sealed', cut: true });
    expect(view.notCaptured).toContainEqual(
      expect.objectContaining({ what: 'capture', reason: 'tab-closed' }),
    );
    expect(await browser.journal(id)).toContain('cut-found');
  });

  test('the service away: captured and bundled all the same, sealed when it is back', async () => {
    const { port } = new URL(service.url);
    await service.kill();
    const id = await browser.capture(`${origin}/`);
    const waiting = await browser.until(id, ({ error }) => error !== undefined);
    expect(waiting).toMatchObject({ state: 'bundled', challenged: false, anchored: false });
    expect(waiting.error?.code).toBe('SERVICE_UNREACHABLE');
    expect(waiting.notCaptured).toContainEqual(
      expect.objectContaining({ what: 'challenge', reason: 'offline' }),
    );
    service = await startService({ dataDir, args: ['--port', port] });
    await browser.ask('retry', { captureId: id });
    const view = await browser.ended(id);
    expect(view.state).toBe('sealed');
    expect(view.error).toBeUndefined();
    const events = await browser.journal(id);
    for (const event of ['challenge-absent', 'anchor-absent', 'upload-failed', 'receipt-received'])
      expect(events).toContain(event);
  });

  test('the browser killed in mid-capture: the next start finds the cut and seals what was stored', async () => {
    const id = await browser.capture(`${origin}/tall`);
    await browser.until(id, ({ artefacts }) => artefacts.some(({ kind }) => kind === 'found-screenshot'));
    await browser.kill();
    browser = await openExtension(profile, [closedNetwork]);
    const view = await browser.ended(id);
    expect(view).toMatchObject({ state: 'sealed', cut: true, error: { code: 'CAPTURE_CUT' } });
    expect(view.notCaptured).toContainEqual(
      expect.objectContaining({ what: 'capture', reason: 'debugger-detached' }),
    );
  });

  test('an altered bundle is refused with its entry named, and nothing here is lost', async () => {
    const { port } = new URL(service.url);
    await service.kill();
    const id = await browser.capture(`${origin}/`);
    await browser.until(id, ({ error }) => error?.code === 'SERVICE_UNREACHABLE');
    await browser.evaluate(alterBundle(id));
    service = await startService({ dataDir, args: ['--port', port] });
    await browser.ask('retry', { captureId: id });
    const view = await browser.ended(id);
    expect(view).toMatchObject({ state: 'refused', error: { code: 'BUNDLE_REFUSED' } });
    expect(view.error?.entry).toMatch(/evidence\/screenshot-001\.png$/);
    expect(view.artefacts.length).toBeGreaterThan(5);
  });

  test('numbers have no gaps, whatever became of them', async () => {
    const { captures } = await browser.ask('list-captures', { limit: 1000 });
    const numbers = captures.map(({ captureId }) => Number(captureId.split('-')[2])).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

async function listen(server: http.Server | https.Server, scheme: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Flips one bit of the picture inside the stored bundle, and names the altered bytes as the bundle: what an insider
 * with access to the profile could do.
 */
function alterBundle(id: string): string {
  return `(async () => {
    const database = await new Promise((resolve) => {
      const open = indexedDB.open('tiezheng');
      open.onsuccess = () => resolve(open.result);
    });
    const store = (name) => database.transaction(name, 'readwrite').objectStore(name);
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const key = '${id}/${id}.wacz';
    const row = await done(store('blobs').get(key));
    const bytes = new Uint8Array(await row.blob.arrayBuffer());
    const name = new TextEncoder().encode('evidence/screenshot-001.png');
    const isHeader = (i) => bytes[i] === 0x50 && bytes[i + 1] === 0x4b && bytes[i + 2] === 3 && bytes[i + 3] === 4;
    const at = bytes.findIndex((_, i) => isHeader(i) && name.every((byte, k) => bytes[i + 30 + k] === byte));
    if (at < 0) throw new Error('no picture in the bundle');
    bytes[at + 30 + name.length + 100] ^= 1;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...digest.slice(0, 10)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const packageId = 'EVD-' + bits.match(/.{5}/g).map((five) => alphabet[Number.parseInt(five, 2)]).join('');
    const capture = await done(store('captures').get('${id}'));
    await done(store('blobs').put({ ...row, blob: new Blob([bytes]) }));
    await done(store('captures').put({ ...capture, bundle: { sha256, bytes: bytes.length }, packageId }));
    database.close();
  })()`;
}
