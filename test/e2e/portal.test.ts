import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { TOTP } from 'otpauth';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { parsePairingLink } from '#shared/api/pairing-link';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { createDeviceClient } from '../fixtures/device-client.ts';
import { startOidcProvider, type TestProvider } from '../fixtures/oidc-provider.ts';
import { type RunningService, startService } from './start-service.ts';

/** The pages people use, in a real browser against the real service: from the first start to a paired device. */

/** Where pictures of the pages are kept to be looked at: `PORTAL_SHOTS=DIR`. */
const shots = process.env.PORTAL_SHOTS;
const password = 'correct horse battery';

let dir = '';
let idp: TestProvider;
let service: RunningService;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let origin = '';
let faults: string[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build-portal.mjs'], { stdio: 'inherit' });
  dir = await mkdtemp(join(tmpdir(), 'portal-'));
  const port = await freePort();
  origin = `http://localhost:${port}`;
  idp = await startOidcProvider(`${origin}/oidc/callback`);
  await writeFile(join(dir, 'oidc.secret'), idp.clientSecret);
  const { issuer, clientId } = idp;
  const oidc = { issuer, clientId, clientSecretFile: 'oidc.secret', name: '统一认证' };
  await writeFile(join(dir, 'config.json'), JSON.stringify({ oidc, hosts: ['evidence.example'] }));
  service = await startService({ dataDir: dir, args: ['--port', String(port)] });
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no browser');
  const rules = '--host-resolver-rules=MAP evidence.example 127.0.0.1';
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', rules] });
  context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 900, height: 1000 } });
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await idp?.close();
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // Refusals are part of the play: the browser reports each as a failed load.
    const isExpected = /^(?:Failed to load resource|The Cross-Origin-Opener-Policy header has been ignored)/;
    if (message.type() === 'error' && !isExpected.test(message.text())) faults.push(message.text());
  });
});
afterEach(() => {
  page.removeAllListeners();
  expect(faults).toEqual([]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const field = (name: string) => page.getByLabel(name, { exact: true });
const shown = (text: string | RegExp) => page.getByText(text).first().waitFor();

/** No rule of WCAG A and AA that axe knows is broken, in either language. */
async function checkPage(name: string): Promise<void> {
  for (const other of ['English', '中文']) {
    // By the debugger: the page's own policy takes no script from us.
    const debuggee = await context.newCDPSession(page);
    await debuggee.send('Runtime.evaluate', { expression: axe.source });
    await debuggee.detach();
    const violations = await page.evaluate(async () => {
      const { axe: checker } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await checker.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    });
    expect(violations, name).toEqual([]);
    if (shots !== undefined) {
      await mkdir(shots, { recursive: true });
      const language = other === 'English' ? 'zh' : 'en';
      await page.screenshot({ path: join(shots, `${name}-${language}.png`), fullPage: true });
    }
    await button(other).click();
    await page.locator(`html[lang="${other === 'English' ? 'en' : 'zh-CN'}"]`).waitFor();
  }
}

async function signInByPassword(code?: string): Promise<void> {
  await page.goto(`${origin}/sign-in`);
  await field('用户名').fill('admin');
  await field('密码').fill(password);
  await page.keyboard.press('Enter');
  if (code === undefined) return;
  await field('动态验证码').fill(code);
  await page.keyboard.press('Enter');
}
async function signOut(): Promise<void> {
  await button('退出登录').click();
  await button('登录').waitFor();
}

test('the link of the first start opens a page and works with a click, once', async () => {
  const [, token = ''] = /invitation#([0-9a-f]{64})/.exec(service.log()) ?? [];
  await page.goto(`${origin}/invitation#${token}`);
  await field('新密码').fill(password);
  expect(page.url()).toBe(`${origin}/invitation`);
  await field('再次输入新密码').fill('another one entirely');
  await button('接受邀请').click();
  await shown('两次输入的密码不一致');
  await checkPage('invitation');
  await field('再次输入新密码').fill(password);
  await button('接受邀请').click();
  await shown('密码已设定');
  await page.goto(`${origin}/invitation#${token}`);
  await field('新密码').fill(password);
  await field('再次输入新密码').fill(password);
  await button('接受邀请').click();
  await shown('邀请链接无效');
});

test('signing in by password, with the keyboard alone; a wrong one is said in a sentence', async () => {
  await page.goto(origin);
  await button('登录').waitFor();
  await checkPage('sign-in');
  await field('用户名').focus();
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await shown('用户名、密码或验证码不对');
  await field('密码').fill('');
  await field('密码').focus();
  await page.keyboard.type(password);
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').textContent()).toBe('登录');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '管理员' }).waitFor();
  await checkPage('home');
  const cookies = await context.cookies();
  expect(cookies.find(({ name }) => name === 'tiezheng-session')).toMatchObject({
    httpOnly: true,
    sameSite: 'Strict',
  });
  expect(await page.evaluate('document.cookie')).toBe('');
});

test('a passkey of a real browser: registered, signs in without a name, removed', async () => {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const;
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options });
  await page.goto(`${origin}/security`);
  const card = page.locator('section', { has: page.getByRole('heading', { name: '通行密钥' }) });
  await card.getByLabel('名称').fill('办公室电脑');
  await card.getByLabel('当前密码').fill(password);
  await button('添加通行密钥').click();
  await card.getByText('办公室电脑').waitFor();
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
  expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
  await signOut();
  await button('使用通行密钥登录').click();
  await page.getByRole('heading', { name: '管理员' }).waitFor();
  // The person does not prove to be there: the browser asks, and gives up.
  await signOut();
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await button('使用通行密钥登录').click();
  await shown('通行密钥操作已取消或超时');
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await button('使用通行密钥登录').click();
  await page.getByRole('heading', { name: '管理员' }).waitFor();
  await page.getByRole('link', { name: '登录与安全' }).first().click();
  await button('移除 办公室电脑').click();
  await card.getByText('办公室电脑').waitFor({ state: 'detached' });
  await signOut();
  await button('使用通行密钥登录').click();
  await shown('通行密钥未被接受');
  await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
  await cdp.detach();
});

test('a second factor by QR code, asked for at the next sign-in; tokens are shown once', async () => {
  await signInByPassword();
  await page.getByRole('heading', { name: '管理员' }).waitFor();
  await page.goto(`${origin}/security`);
  const card = page.locator('section', { has: page.getByRole('heading', { name: '动态验证码' }) });
  await card.getByLabel('当前密码').fill(password);
  await button('开始启用').click();
  await card.getByRole('img', { name: '动态验证码密钥二维码' }).waitFor();
  const secret = (await card.locator('code').textContent()) ?? '';
  const codeAt = (ahead: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + ahead });
  await card.getByRole('textbox', { name: '动态验证码' }).fill(codeAt(0));
  await button('启用').click();
  await card.getByText('已启用').waitFor();
  await page.getByLabel('用途').fill('统计');
  await button('生成令牌').click();
  await shown(/^tiezheng_[0-9a-f]{64}$/);
  await checkPage('security');
  await signOut();
  await signInByPassword(codeAt(30_000));
  await page.getByRole('heading', { name: '管理员' }).waitFor();
});

test('a device is paired by the code of the page; its QR code holds address and code', async () => {
  await page.goto(`${origin}/pair`);
  await button('生成配对码').click();
  await page
    .getByRole('img', { name: '配对二维码:含服务地址与配对码' })
    .or(page.locator('svg.qr'))
    .first()
    .waitFor();
  await checkPage('pair');
  const code = (await page.locator('.pairing-code').textContent()) ?? '';
  const link = await page.getByText(`${origin}/pair#`).textContent();
  expect(parsePairingLink(link ?? '')).toEqual({ origin, code });
  const client = createDeviceClient(origin);
  await client.pair(code);
  await client.signIn();
});

test('devices are listed with their states; an administrator reinstates and revokes, with a reason', async () => {
  const client = createDeviceClient(origin);
  await client.pair(await service.pairingCode(), { name: '二号机' });
  await client.signIn();
  const head = client.device.journal.at(-1)!;
  const request = { sequence: 1, journalHead: head.hash, journalSeq: head.seq };
  await client.challenge(request);
  // The same number under another history: a copy of the device, or one set back.
  const other = 'ab'.repeat(32) as typeof head.hash;
  await expect(client.challenge({ ...request, journalHead: other })).rejects.toMatchObject({ status: 409 });
  await page.goto(origin);
  await page.getByRole('main').getByRole('link', { name: '设备', exact: true }).click();
  const row = page.locator('li', { hasText: client.device.id });
  await row.getByText('已暂停').waitFor();
  await checkPage('devices');

  await button(`恢复 二号机 ${client.device.id}`).click();
  await checkPage('devices-form');
  await field('理由').fill('已查明：还原了备份');
  await button(`恢复 ${client.device.id}`).click();
  await row.getByText('正常').waitFor();
  await button(`吊销 二号机 ${client.device.id}`).click();
  await field('理由').fill('设备报废');
  await button(`吊销 ${client.device.id}`).click();
  await row.getByText('已吊销').waitFor();
  expect(await row.getByRole('button').count()).toBe(0);
  await page.reload();
  await row.getByText('已吊销').waitFor();
  await expect(client.challenge({ ...request, sequence: 2 })).rejects.toMatchObject({ status: 403 });
});

test('the identity provider signs in who is bound there, and nobody else', async () => {
  await signOut();
  await button('通过“统一认证”登录').click();
  await page.locator('input[name=login]').fill('sub-1');
  await page.locator('input[name=password]').fill('x');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Continue' }).click();
  await shown('您在统一认证的身份未与本系统用户绑定');
  expect(page.url()).toBe(`${origin}/oidc/callback`);
  await bindAdministrator('sub-1');
  await page.getByRole('link', { name: '返回登录' }).click();
  await button('通过“统一认证”登录').click();
  await page.getByRole('heading', { name: '管理员' }).waitFor();
});

async function bindAdministrator(subject: string): Promise<void> {
  const headers = { authorization: `Bearer ${service.adminToken}`, 'content-type': 'application/json' };
  const { users } = (await (await fetch(`${service.url}/api/v1/users`, { headers })).json()) as {
    users: { id: string }[];
  };
  const body = JSON.stringify({ subject });
  const path = `/api/v1/users/${users[0]?.id}/identity`;
  expect((await fetch(`${service.url}${path}`, { method: 'PUT', headers, body })).status).toBe(204);
}

test('over plain http from elsewhere the page says what is missing, and hashes without WebCrypto', async () => {
  const port = new URL(origin).port;
  await page.goto(`http://evidence.example:${port}/`);
  await shown('此页面未经加密传输');
  expect(await page.locator('input').count()).toBe(0);
  const code = page.locator('.fingerprint code');
  await code.waitFor();
  expect(await code.getAttribute('data-by')).toBe('JavaScript');
  const trust = Buffer.from(await (await fetch(`${service.url}/trust`)).arrayBuffer());
  const digest = createHash('sha256').update(trust).digest('hex');
  expect((await code.textContent())?.replaceAll(' ', '')).toBe(digest);
  await checkPage('insecure');
  await page.goto(origin);
  await code.waitFor();
  expect(await code.getAttribute('data-by')).toBe('WebCrypto');
});

test('pages run nothing inline and nothing from elsewhere, and are framed by nobody', async () => {
  const answer = await fetch(`${service.url}/`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(await answer.text()).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=/);
  const elsewhere = await fetch(`${service.url}/`, { headers: { origin: 'https://evil.example' } });
  expect(elsewhere.status).toBe(403);
  expect(await readFile(join(dir, 'service', 'access-ca.pem'), 'utf8')).toContain('BEGIN CERTIFICATE');
});
