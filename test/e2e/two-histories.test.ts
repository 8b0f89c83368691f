import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defectsZh } from '#shared/seal/certificate/defects-zh';
import { numberingWordsZh } from '#shared/seal/certificate/numbering-words-zh';
import type { Receipt } from '#shared/seal/receipt';
import { runChallenges } from '../../server/challenges-command.ts';
import { type CaptureSite, serveCaptureSite } from './capture-site.ts';
import { certificateText } from './certificate-text.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { type RunningService, startService } from './start-service.ts';
import { startTimeStampServer, type TimeStampServer } from './time-stamp-server.ts';

const LIMIT_MS = 150_000;
const bare = (text: string) => text.replace(/\s+/g, '');

describe.skipIf(!canOpenExtension())('time and numbers when things go wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-histories-'));
  const profile = join(folder, 'browser');
  const dataDir = join(folder, 'data');
  let site: CaptureSite;
  let authority: TimeStampServer;
  let service: RunningService;
  let browser: ExtensionSession;
  let page = '';

  beforeAll(async () => {
    site = await serveCaptureSite();
    page = `${site.origin}/inner`;
    authority = await startTimeStampServer();
    service = await startService({ dataDir });
    browser = await openExtension(profile);
    await pair();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    site?.close();
    authority?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const pair = async () =>
    browser.ask('pair', { origin: service.url, code: await service.pairingCode(), name: 'test' });
  const receiptOf = (packageId: string): Receipt['receipt'] =>
    (
      JSON.parse(
        readFileSync(join(dataDir, 'service', 'packages', packageId, 'receipt.json'), 'utf8'),
      ) as Receipt
    ).receipt;
  /** Captures and waits for the seal: the package, its defects, and the words of its certificate. */
  const sealed = async (url = page) => seen(await browser.ended(await browser.capture(url), LIMIT_MS));
  const seen = ({ state, packageId = '', error }: Awaited<ReturnType<ExtensionSession['ended']>>) => {
    expect(state, JSON.stringify(error)).toBe('sealed');
    return { defects: receiptOf(packageId).defects, text: certificateText(dataDir, packageId) };
  };
  const expectPrinted = (text: string | undefined, words: string) => {
    if (text !== undefined) expect(text).toContain(bare(words));
  };

  test('an ordinary capture has no defect, and its number is accounted for', async () => {
    const { defects, text } = await sealed();
    expect(defects).toEqual([]);
    expectPrinted(text, numberingWordsZh.phrases['clock-steady']);
    expectPrinted(text, numberingWordsZh.phrases['numbers-complete'].replace('{0}', '0'));
  });

  test('a number that is discarded is told of, and printed as ended', async () => {
    const id = await browser.capture(`${site.origin}/heavy`);
    await browser.until(id, ({ artefacts }) => artefacts.some(({ kind }) => kind === 'found-dom'), LIMIT_MS);
    await browser.ask('discard', { captureId: id, reason: 'the wrong page' });
    const told = () => browser.evaluate<boolean>(rowOf(id, 'row.closing.told'));
    await expect.poll(told, { timeout: 120_000, interval: 500 }).toBe(true);
    const { defects, text } = await sealed();
    expect(defects).toEqual([]);
    expectPrinted(text, '（discarded，设备自报）：2');
  });

  test('a clock set back an hour in mid-capture is in journal, record, receipt and certificate', async () => {
    const id = await browser.capture(`${site.origin}/heavy`);
    await browser.until(id, ({ artefacts }) => artefacts.some(({ kind }) => kind === 'found-dom'), LIMIT_MS);
    // The clock itself belongs to the machine: every context of the extension is shown another one.
    await browser.setClock(-3_600_000);
    const view = await browser.ended(id, LIMIT_MS);
    await browser.setClock(0);
    const { defects, text } = seen(view);
    expect(defects).toContain('clock-changed');
    expect(await browser.journal(id)).toContain('clock-changed');
    expectPrinted(text, numberingWordsZh.phrases['warn-clock']);
    expectPrinted(text, numberingWordsZh.phrases['clock-moved'].replace('{0}', '-3600.0'));
  });

  test('away from the service: one challenge of the carried-in file, an authority asked directly', async () => {
    const out = join(folder, 'challenges.json');
    const state = () => browser.ask('offline-state');
    expect(await runChallenges(['--data', dataDir, '--count', '2', '--out', out])).toBe(0);
    const text = readFileSync(out, 'utf8');
    const altered = text.replace(/"organisation":"[^"]*"/, '"organisation":"x"');
    await expect(browser.ask('import-challenges', { text: altered })).rejects.toMatchObject({
      code: 'CHALLENGE_FILE_UNTRUSTED',
    });
    await expect(browser.ask('import-challenges', { text: '{}' })).rejects.toMatchObject({
      code: 'CHALLENGE_FILE_MALFORMED',
    });
    expect(await browser.ask('import-challenges', { text })).toMatchObject({ challenges: 2 });
    await expect(browser.ask('import-challenges', { text })).rejects.toMatchObject({
      code: 'CHALLENGE_FILE_USELESS',
    });
    await expect(browser.ask('set-authorities', { urls: ['ftp://x'], roots: '' })).rejects.toMatchObject({
      code: 'AUTHORITY_MALFORMED',
    });
    await browser.ask('set-authorities', { urls: [authority.url], roots: authority.root });

    await service.kill();
    const id = await browser.capture(page);
    await browser.until(id, ({ error }) => error?.code === 'SERVICE_UNREACHABLE', LIMIT_MS);
    const waiting = await browser.ask('capture-state', { captureId: id });
    expect(waiting).toMatchObject({ state: 'bundled', challenged: true, anchored: true });
    expect(authority.answered()).toBe(1);
    expect((await state()).challenges).toBe(1);

    // With nothing configured and nothing left it goes on all the same, and says what it lacks.
    await browser.ask('set-authorities', { urls: [], roots: '' });
    await browser.capture(page);
    await expect.poll(async () => (await state()).challenges, { timeout: 120_000 }).toBe(0);
    const bare3 = await browser.capture(page);
    await browser.until(bare3, ({ error }) => error?.code === 'SERVICE_UNREACHABLE', LIMIT_MS);
    expect(await browser.ask('capture-state', { captureId: bare3 })).toMatchObject({
      state: 'bundled',
      challenged: false,
      anchored: false,
    });

    service = await startService({ dataDir, args: ['--port', new URL(service.url).port] });
    await browser.ask('retry', { captureId: id });
    const first = seen(await browser.ended(id, LIMIT_MS));
    expect(first.defects).toEqual(['carried-challenge', 'no-anchor-proof', 'anchor-not-ours']);
    expectPrinted(first.text, 'IslandTSA');
    expectPrinted(first.text, defectsZh['carried-challenge']);
    await browser.ask('retry', { captureId: bare3 });
    const last = seen(await browser.ended(bare3, LIMIT_MS));
    expect(last.defects).toEqual(['no-challenge', 'no-anchor']);
    expectPrinted(last.text, '时起未被更改');
  });

  test('a profile rolled back and used again: the device is suspended, and marked for good', async () => {
    await browser.close();
    const copy = join(folder, 'copy');
    cpSync(profile, copy, { recursive: true });
    browser = await openExtension(profile);
    const { defects } = await sealed();
    expect(defects).toEqual([]);
    await browser.close();
    rmSync(profile, { recursive: true });
    cpSync(copy, profile, { recursive: true });
    browser = await openExtension(profile);
    const id = await browser.capture(page);
    await browser.until(id, ({ error }) => error?.code === 'DEVICE_NOT_ACCEPTED', LIMIT_MS);
    const { device } = await browser.ask('service-state');
    const answer = await administrator(`/devices/${device}/reinstate`, { reason: 'profile restored' });
    expect(answer.suspendedAt).toBeNull();
    await browser.ask('retry', { captureId: id });
    const refused = await browser.ended(id, LIMIT_MS);
    expect(refused).toMatchObject({ state: 'refused', error: { code: 'BUNDLE_REFUSED' } });
    expect(refused.error?.entry).toMatch(/SEQUENCE_FORK|JOURNAL_FORK/);
    await administrator(`/devices/${device}/reinstate`, { reason: 'once more' });
    const after = await sealed();
    expect(after.defects).toContain('device-forked-before');
    expectPrinted(after.text, numberingWordsZh.phrases['warn-fork']);
  });

  test('journal cleared and paired anew: another device, whose certificate lists what the first left open', async () => {
    const { device: before } = await browser.ask('service-state');
    const open = await browser.capture(`${site.origin}/heavy`);
    await browser.until(
      open,
      ({ artefacts }) => artefacts.some(({ kind }) => kind === 'found-dom'),
      LIMIT_MS,
    );
    await browser.kill();
    rmSync(profile, { recursive: true });
    browser = await openExtension(profile);
    const { device: after } = await pair();
    expect(after).not.toBe(before);
    const { text } = await sealed();
    expectPrinted(text, before);
    expectPrinted(text, numberingWordsZh.labels.numbering);
  });

  async function administrator(path: string, body: object): Promise<{ suspendedAt: string | null }> {
    const answer = await fetch(`${service.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { suspendedAt: string | null };
  }
});

/** A value of a capture's row as it lies in the database. */
function rowOf(captureId: string, value: string): string {
  return `new Promise((resolve, reject) => {
    const open = indexedDB.open('tiezheng');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const read = open.result.transaction('captures').objectStore('captures').get(${JSON.stringify(captureId)});
      read.onsuccess = () => {
        const row = read.result;
        open.result.close();
        resolve(${value});
      };
    };
  })`;
}
