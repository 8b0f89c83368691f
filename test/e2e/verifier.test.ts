import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { packagePath } from '#shared/seal/layout';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { renewPackage } from '../../server/seal/renew-package.ts';
import { seal } from '../../server/seal/seal.ts';
import { trustFileOf } from '../../server/trust-file.ts';
import { createTestSealer } from '../fixtures/test-seal.ts';

const file = resolve('dist/verifier/tiezheng-verify.html');
/** Where pictures of the page are kept to be looked at: `VERIFIER_SHOTS=DIR`. */
const shots = process.env.VERIFIER_SHOTS;

let dir = '';
let browser: Browser;
let page: Page;
let faults: string[];
let id = '';
let good: Buffer;
let trust = '';
let foreignTrust = '';

beforeAll(async () => {
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/build-verifier.ts'], { stdio: 'inherit' });
  dir = await mkdtemp(join(tmpdir(), 'verifier-'));
  const sealer = await createTestSealer(join(dir, 'service'));
  const work = await sealer.prepare('one', {
    title: '𠮷野家 首页 \u202e',
    url: 'https://shop.example/?a=<b>',
  });
  id = work.id;
  good = await readFile((await seal(work)).path);
  trust = trustFileOf(sealer.trust, sealer.log);
  await renewPackage(bytesSource(good), id, sealer.trust.authorities[0]!, join(dir, `${id}.asics`));
  await sealer.close();
  const stranger = await createTestSealer(join(dir, 'stranger'));
  foreignTrust = trustFileOf(stranger.trust, stranger.log);
  await stranger.close();
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no browser');
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await rm(dir, { recursive: true });
});

beforeEach(async () => {
  faults = [];
  const context = await browser.newContext({
    offline: true,
    locale: 'zh-CN',
    viewport: { width: 1200, height: 900 },
  });
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(?:file|blob|data):/.test(request.url())) faults.push(`request for ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('html[data-ready]');
});
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

const upload = (input: 'packages' | 'trust', name: string, content: Uint8Array | string) =>
  page.setInputFiles(`#${input}`, { name, mimeType: '', buffer: Buffer.from(content) });
/** Waits until a file has this outcome. */
const outcome = (name: string, expected: string) =>
  expect
    .poll(() => page.locator(`tr[data-file="${name}"]`).getAttribute('data-outcome'), { timeout: 120_000 })
    .toBe(expected);
const shot = async (name: string, fullPage = false) => {
  if (shots === undefined) return;
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage });
};

test('without trust a package is intact; with the trust file it is valid', async () => {
  await upload('packages', `${id}.asice`, good);
  await outcome(`${id}.asice`, 'intact');
  const verdict = page.locator('[data-verdict]');
  expect(await verdict.textContent()).toContain('完整;签署人、时间与日志未验证');
  expect(await verdict.textContent()).toMatch(/通过 \d+ 项 · 未通过 0 项 · 未检查 \d+ 项/);
  await shot('intact');
  await upload('trust', 'trust.txt', trust);
  await outcome(`${id}.asice`, 'valid');
  expect(await verdict.textContent()).toContain('有效:封存后未被更改');
  expect(await page.locator('[data-pane=trust]').textContent()).toMatch(/SHA-256 [0-9a-f]{64}/);
  for (const heading of ['证明什么', '依据什么', '不能证明什么', '未能取得的内容', '截图', '逐项核验'])
    expect(await page.locator('.package h3', { hasText: new RegExp(`^${heading}`) }).count()).toBe(1);
  const facts = await page.locator('.package .facts').textContent();
  expect(facts).toContain('https://shop.example/?a=<b>');
  expect(facts).toContain('首页 [U+202E]');
  expect(facts).toContain('无:可分叉');
  await shot('valid', true);
});

test('the pictures of the package can be looked through', async () => {
  await upload('packages', `${id}.asice`, good);
  await outcome(`${id}.asice`, 'intact');
  const picture = page.locator('.picture-frame img');
  await picture.waitFor();
  const width = () =>
    picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);
  const first = await page.locator('.picture-bar').textContent();
  await page.click('button[aria-label="下一张"]');
  expect(await page.locator('.picture-bar').textContent()).not.toBe(first);
  await picture.waitFor();
  await expect.poll(width).toBeGreaterThan(0);
});

test('one altered byte anywhere that matters makes it invalid, naming the entry', async () => {
  const { entries } = await openCanonicalZip(bytesSource(good));
  const at = (name: string) => entries.find((entry) => entry.name === name)!.offset + 700;
  const altered = Buffer.from(good);
  altered.writeUInt8(altered.readUInt8(at(packagePath.certificate)) ^ 1, at(packagePath.certificate));
  await upload('trust', 'trust.txt', trust);
  await upload('packages', 'altered.asice', altered);
  await outcome('altered.asice', 'invalid');
  expect(await page.locator('[data-check=checksums]').textContent()).toContain(
    'CRC_MISMATCH certificate.pdf',
  );
  expect(await page.locator('.claims').textContent()).toContain('有检查未通过,不能作任何证明。');
  await shot('invalid');
});

test('the trust file of somebody else makes it invalid, and so does what is no package', async () => {
  await upload('trust', 'foreign.txt', foreignTrust);
  await upload('packages', `${id}.asice`, good);
  await outcome(`${id}.asice`, 'invalid');
  expect(await page.locator('[data-check=trusted-signer]').textContent()).toContain('SIGNER_NOT_TRUSTED');
  await upload('packages', 'text.asice', 'not a package');
  await outcome('text.asice', 'unreadable');
  await page.click('.trust-file button');
  await outcome(`${id}.asice`, 'intact');
});

test('a trust file that cannot be used is named, never silently none', async () => {
  await upload('trust', 'trust.txt', 'policy witnesses many');
  const alert = page.locator('[role=alert]');
  expect(await alert.textContent()).toContain('信任文件无法使用:trust.txt'.replace(':', '：'));
});

test('several packages: one table, and a record on paper with a page for each', async () => {
  await upload('trust', 'trust.txt', trust);
  await page.setInputFiles('#packages', [
    { name: `${id}.asice`, mimeType: '', buffer: good },
    { name: 'longer.asice', mimeType: '', buffer: Buffer.concat([good, Buffer.of(0)]) },
    { name: `${id}.asics`, mimeType: '', buffer: await readFile(join(dir, `${id}.asics`)) },
  ]);
  await outcome(`${id}.asice`, 'valid');
  await outcome('longer.asice', 'invalid');
  await outcome(`${id}.asics`, 'valid');
  await page.click(`tr[data-file="${id}.asics"] button`);
  expect(await page.locator('[data-check=renewal-1]').textContent()).toContain('通过');
  await shot('several');
  const record = page.locator('.record');
  expect(await record.isVisible()).toBe(false);
  await page.emulateMedia({ media: 'print' });
  expect(await record.isVisible()).toBe(true);
  expect(await page.locator('.screen').isVisible()).toBe(false);
  const text = await record.textContent();
  expect(text).toContain('电子数据封存包核验记录');
  expect(text).toContain('有效 2 件,完整 0 件,无效 1 件,无法读取 0 件');
  const pdf = await page.pdf({ format: 'A4', printBackground: true, preferCSSPageSize: true });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  // The overview, and one page for each package.
  expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)).toHaveLength(1 + 3);
  if (shots !== undefined) await writeFile(join(shots, 'record.pdf'), pdf);
});

test('speaks English', async () => {
  await page.click('header button');
  await upload('packages', `${id}.asice`, good);
  await outcome(`${id}.asice`, 'intact');
  expect(await page.locator('[data-verdict]').textContent()).toContain(
    'intact; signer, time and log not verified',
  );
  expect(await page.getAttribute('html', 'lang')).toBe('en');
  expect(await page.title()).toBe('Offline verification of sealed packages');
});

test('the file holds everything and allows nothing else', async () => {
  const html = await readFile(file, 'utf8');
  const policy = /content="(default-src 'none'[^"]*)"/.exec(html)?.[1] ?? '';
  expect(policy).toMatch(/script-src 'sha256-[^']+' 'wasm-unsafe-eval';/);
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|connect-src/);
  expect(html).not.toMatch(/<(?:link|img|iframe|script src)/);
  const refused = await page.evaluate(() =>
    fetch('https://example.org/').then(
      () => false,
      () => true,
    ),
  );
  expect(refused).toBe(true);
  expect(faults.splice(0).join()).toMatch(/Content Security Policy/);
});
