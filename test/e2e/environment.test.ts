import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { type EnvironmentReport, itemOf } from '#shared/environment/environment-report';
import { bytesSource } from '#shared/lib/bytes-source';
import { buildManifestPath } from '../../scripts/build-manifest.mjs';
import { nodePorts } from '../../server/store/node-ports.ts';
import { type DnsServer, startDnsServer } from '../fixtures/dns-server.ts';
import {
  canOpenExtension,
  type ExtensionSession,
  extensionFolder,
  openExtension,
} from './extension-session.ts';
import { sealedBundle } from './sealed-bundle.ts';
import { type RunningService, startService } from './start-service.ts';

const SLOW_MS = 4000;
const HOUR_MS = 3_600_000;

describe.skipIf(!canOpenExtension())('the surroundings of a capture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-environment-'));
  const pages = http.createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const wait = request.url === '/slow.png' ? SLOW_MS : 0;
    setTimeout(() => response.end('<!doctype html><title>Shop</title><p>text<img src=/slow.png>'), wait);
  });
  let origin = '';
  let dns: DnsServer;
  let service: RunningService;
  let browser: ExtensionSession;

  const pairedBrowser = async (profile: string, extra: readonly string[], extension?: string) => {
    const session = await openExtension(join(folder, profile), extra, extension);
    await session.ask('pair', { origin: service.url, code: await service.pairingCode(), name: 'test' });
    return session;
  };
  /** The tab of our site, once it has loaded. */
  const loadedTab = async () => {
    const query = `chrome.tabs.query({ status: 'complete' }).then((tabs) =>
      tabs.find(({ url }) => url?.startsWith('${origin}/'))?.id ?? -1)`;
    for (;;) {
      const found = await browser.evaluate<number>(query);
      if (found >= 0) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const reportOf = async (captureId: string) => {
    const { bytes } = await sealedBundle(browser, service, captureId);
    const verified = await verifyBundle(bytesSource(bytes), nodePorts);
    return { verified, report: verified.environment as EnvironmentReport };
  };

  beforeAll(async () => {
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    dns = await startDnsServer({ 'shop.test': ['192.0.2.7'] });
    const config = join(folder, 'config.json');
    writeFileSync(config, JSON.stringify({ nameResolution: { enabled: true, servers: [dns.address] } }));
    const known = buildManifestPath(extensionFolder);
    service = await startService({ args: ['--known-builds', known, '--config', config] });
    browser = await pairedBrowser('browser', []);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    dns?.close();
    pages.closeAllConnections();
    pages.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('law enforcement needs two operators with certificate numbers', async () => {
    const request = { attested: [], language: 'zh', enforcement: true } as const;
    const operators = [{ name: '张三', certificate: '01-0001' }, { name: '李四' }];
    await expect(browser.ask('begin-inspection', { ...request, operators })).rejects.toMatchObject({
      code: 'INSPECTION_NEEDS_TWO',
    });
    expect(await browser.ask('inspection-state')).toEqual({});
  });

  test('an inspection a person began, with another debugger on the page: declared, measured, known, seen', async () => {
    const operators = [
      { name: '张三', certificate: '01-0001' },
      { name: '李四', certificate: '01-0002' },
    ];
    const { id } = await browser.ask('begin-inspection', {
      ...{ operators, enforcement: true, language: 'zh' },
      attested: ['antivirus', 'hosts-file'],
    });
    const { targetId } = await browser.cdp.send<{ targetId: string }>('Target.createTarget', {
      url: `${origin}/`,
    });
    await browser.cdp.send('Target.attachToTarget', { targetId, flatten: true });
    const tabId = await loadedTab();
    const options = { mode: 'as-is', cookies: false, purpose: '' } as const;
    const { captureId } = await browser.ask('start-capture', { tabId, ...options, makers: operators });
    const { verified, report } = await reportOf(captureId);
    expect(verified.record.inspection).toBe(id);
    expect(report.inspection).toMatchObject({
      id,
      begunBy: 'person',
      enforcement: true,
      operators,
      previous: null,
    });
    const declared = report.inspection.items.flatMap((item) =>
      item.kind === 'attestation' && item.finding === 'declared' ? [item.evidence.about] : [],
    );
    expect(declared).toEqual(['antivirus', 'hosts-file']);
    expect(itemOf(report, 'clock')).toMatchObject({ finding: 'right', mark: 'service-observed' });
    expect(itemOf(report, 'clock')?.evidence.samples).toHaveLength(5);
    expect(itemOf(report, 'egress-address')?.evidence.address).toBe('127.0.0.1');
    expect(itemOf(report, 'own-files')).toMatchObject({ finding: 'known', mark: 'device-reported' });
    expect(itemOf(report, 'extensions')).toMatchObject({ finding: 'not-checked', mark: 'not-possible' });
    expect(itemOf(report, 'recheck')?.finding).toBe('held');
    expect(itemOf(report, 'debuggers')?.evidence.signals).toEqual([
      { signal: 'debugger-attached', detail: `another debugger is attached to ${origin}/` },
    ]);
    expect(itemOf(report, 'tls')?.finding).toBe('plain-http');
    expect(itemOf(report, 'names')?.finding).toBe('not-checked');
    expect(itemOf(report, 'course')?.finding).toBe('steady');
  });

  test('the clock set back an hour in mid-capture is journalled, printed, and ends the inspection', async () => {
    const captureId = await browser.capture(`${origin}/later`);
    await browser.until(captureId, ({ steps }) => steps.some(({ step }) => step === 'capture'));
    const { targetInfos } = await browser.cdp.send<{
      targetInfos: { type: string; url: string; targetId: string }[];
    }>('Target.getTargets');
    const worker = targetInfos.find(
      ({ type, url }) => type === 'service_worker' && url.endsWith('/background.js'),
    );
    const { sessionId } = await browser.cdp.send<{ sessionId: string }>('Target.attachToTarget', {
      ...{ targetId: worker?.targetId, flatten: true },
    });
    const expression = `{ const real = Date.now; Date.now = () => real.call(Date) - ${HOUR_MS}; }`;
    await browser.cdp.send('Runtime.evaluate', { expression }, sessionId);
    const { verified, report } = await reportOf(captureId);
    const course = itemOf(report, 'course');
    expect(course).toMatchObject({ finding: 'changed', evidence: { changes: ['clock-changed'] } });
    const { wallMs = 0, monotonicMs = 0 } = course?.evidence ?? {};
    expect(Math.abs(wallMs - monotonicMs + HOUR_MS)).toBeLessThan(1000);
    const jumped = verified.journal.find(({ event }) => event === 'clock-changed');
    expect(Math.abs(Number(jumped?.detail?.byMs) + HOUR_MS)).toBeLessThan(1000);
    expect(verified.defects).toContain('clock-changed');

    const next = await reportOf(await browser.capture(`${origin}/next`));
    expect(next.report.inspection).toMatchObject({
      begunBy: 'capture',
      previous: { id: report.inspection.id, endReason: 'clock-changed' },
    });
    expect(itemOf(next.report, 'clock')?.finding).toBe('off');
    expect(Math.abs((itemOf(next.report, 'clock')?.evidence.offset ?? 0) + HOUR_MS)).toBeLessThan(5000);
  });

  test('another extension is listed where that is allowed; an altered build and a turned name are told', async () => {
    await browser.close();
    const altered = join(folder, 'altered');
    cpSync(extensionFolder, altered, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(altered, 'manifest.json'), 'utf8'));
    const permissions = [...manifest.permissions, 'management'];
    writeFileSync(
      join(altered, 'manifest.json'),
      JSON.stringify({ ...manifest, permissions, optional_permissions: [] }),
    );
    const second = join(folder, 'second');
    mkdirSync(second);
    writeFileSync(
      join(second, 'manifest.json'),
      JSON.stringify({
        manifest_version: 3,
        name: 'Price helper',
        version: '1.2',
        host_permissions: ['http://*/*'],
      }),
    );
    const both = `${altered},${second}`;
    // As a line in a hosts file would: the name leads elsewhere than it does for others.
    const turned = '--host-resolver-rules=MAP shop.test 127.0.0.1';
    const flags = [`--load-extension=${both}`, `--disable-extensions-except=${both}`, turned];
    browser = await pairedBrowser('second-browser', flags, altered);
    const shop = origin.replace('127.0.0.1', 'shop.test');
    const { verified, report } = await reportOf(await browser.capture(`${shop}/`));
    expect(itemOf(report, 'names')).toMatchObject({
      ...{ finding: 'differ', mark: 'service-observed' },
      evidence: { hosts: [{ host: 'shop.test', connected: ['127.0.0.1'], agrees: false }] },
    });
    expect(itemOf(report, 'extensions')).toMatchObject({
      finding: 'listed',
      evidence: {
        extensions: [{ name: 'Price helper', version: '1.2', enabled: true, hosts: ['http://*/*'] }],
      },
    });
    expect(itemOf(report, 'own-files')).toMatchObject({ finding: 'unknown', mark: 'device-reported' });
    expect(report.inspection.begunBy).toBe('capture');
    expect(verified.defects).not.toContain('environment-not-ours');
  });
});
