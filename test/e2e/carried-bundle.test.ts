import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CaptureSite, serveCaptureSite } from './capture-site.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { type RunningService, startService } from './start-service.ts';

const LIMIT_MS = 150_000;
const bin = fileURLToPath(new URL('../../server/bin.mjs', import.meta.url));

/** The real command line: exit code and what it says. */
async function tiezheng(...args: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [bin, ...args]);
  return await run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

describe.skipIf(!canOpenExtension())('a bundle carried to the service on a stick', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-carried-'));
  const stick = join(folder, 'stick');
  const dataDir = join(folder, 'data');
  let site: CaptureSite;
  let service: RunningService;
  let browser: ExtensionSession;
  let file = '';
  let captureId = '';
  let port = '';

  beforeAll(async () => {
    mkdirSync(stick);
    site = await serveCaptureSite();
    service = await startService({ dataDir });
    port = new URL(service.url).port;
    browser = await openExtension(join(folder, 'browser'));
    await browser.ask('pair', { origin: service.url, code: await service.pairingCode(), name: 'test' });
    await service.kill();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    site?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const importing = (...args: readonly string[]) => tiezheng('import', ...args, '--data', dataDir);
  const click = (selector: string, words: string) =>
    browser.evaluate<boolean>(`(() => {
      const found = [...document.querySelectorAll(${JSON.stringify(selector)})].find((one) =>
        ${words}.test(one.textContent));
      found?.click();
      return found !== undefined;
    })()`);
  const shown = () => browser.evaluate<string>(`document.querySelector('main').textContent`);

  test('the panel saves what waits for a service, and does not call it sealed', async () => {
    captureId = await browser.capture(`${site.origin}/inner`);
    await browser.until(captureId, ({ error }) => error?.code === 'SERVICE_UNREACHABLE', LIMIT_MS);
    const { bundle } = await browser.ask('capture-state', { captureId });
    await browser.cdp.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: stick });
    await expect.poll(() => click('.capture', `/${captureId}/`)).toBe(true);
    await expect.poll(() => click('button', '/保存证据包|Save the bundle/')).toBe(true);
    await expect.poll(() => readdirSync(stick)).toEqual([`${captureId}.wacz`]);
    file = join(stick, `${captureId}.wacz`);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(bundle?.sha256);
    await expect.poll(shown).toContain(`${captureId}.wacz`);
    expect((await browser.ask('capture-state', { captureId })).state).toBe('bundled');
    expect(await browser.evaluate(`document.querySelector('.detail-head .chip').textContent`)).toMatch(
      /待上传|Bundled/,
    );
  });

  test('no service: nothing is taken in', async () => {
    const { code, stderr } = await importing(file);
    expect(code).toBe(1);
    expect(stderr).toContain('SERVICE_NOT_RUNNING');
    expect(await importing()).toMatchObject({ code: 2 });
  });

  test('the service takes it in from the command line, and its package verifies', async () => {
    // Where the device does not find it.
    service = await startService({ dataDir });
    const first = await importing(file, '--json');
    expect(first, first.stdout + first.stderr).toMatchObject({ code: 0 });
    const imported = JSON.parse(first.stdout);
    expect(imported).toMatchObject({ file, capture: captureId, state: 'sealed' });
    const packages = join(dataDir, 'service', 'packages', imported.package);
    const sealed = join(packages, `${imported.package}.asice`);
    expect(createHash('sha256').update(readFileSync(sealed)).digest('hex')).toBe(imported.sha256);
    const trust = join(folder, 'trust.json');
    writeFileSync(trust, await (await fetch(`${service.url}/trust`)).text());
    const verified = await tiezheng('verify', sealed, '--trust', trust, '--require-trust', '--json');
    expect(verified).toMatchObject({ code: 0 });
    expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: 'valid' });
    expect((await browser.ask('capture-state', { captureId })).state).toBe('bundled');

    const again = await importing(file);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain(imported.package);
    expect(readdirSync(join(dataDir, 'service', 'packages'))).toHaveLength(1);
  });

  test('an altered bundle is refused, something else is no bundle; the others are taken all the same', async () => {
    const altered = readFileSync(file);
    const at = altered.indexOf('archive/data.warc.gz') + 200;
    altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
    const bad = join(stick, 'bad.wacz');
    writeFileSync(bad, altered);
    const text = join(stick, 'text.wacz');
    writeFileSync(text, 'no bundle');
    const missing = join(stick, 'missing.wacz');
    const { code, stdout } = await importing(bad, text, missing, file, '--json');
    expect(code).toBe(1);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { file: bad, code: 'BUNDLE_REFUSED' },
      { file: text, code: 'NOT_A_BUNDLE' },
      { file: missing, code: 'FILE_UNREADABLE' },
      { file, state: 'sealed' },
    ]);
  });

  test('back with its service the device is told, and only then says sealed', async () => {
    await service.kill();
    service = await startService({ dataDir, args: ['--port', port] });
    await browser.ask('retry', { captureId });
    const view = await browser.ended(captureId, LIMIT_MS);
    expect(view.state, JSON.stringify(view.error)).toBe('sealed');
    expect(readdirSync(join(dataDir, 'service', 'packages'))).toContain(view.packageId);
  });
});
