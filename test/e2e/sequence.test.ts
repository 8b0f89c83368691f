import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SequenceReport } from '#shared/verify/sequences';
import type { CaptureView } from '#shared/view/capture-view';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { type KindsSite, serveKindsSite } from './kinds-site.ts';
import { type RunningService, startService } from './start-service.ts';

const bin = fileURLToPath(new URL('../../server/bin.mjs', import.meta.url));
const options = { mode: 'as-is', cookies: false, purpose: '', makers: [] } as const;

/** A road to the service on which the first upload waits until it is let go. */
async function slowRoad(target: string) {
  let held: (() => void) | undefined;
  let first = true;
  const server = http.createServer((request, response) => {
    const forward = () => {
      const { method, headers, url } = request;
      const onward = http.request(`${target}${url}`, {
        method,
        headers: { ...headers, host: new URL(target).host },
      });
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    };
    if (request.method === 'PATCH' && first) {
      first = false;
      held = forward;
    } else forward();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isHolding: () => held !== undefined,
    letGo: () => held?.(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe.skipIf(!canOpenExtension())('linked steps, and captures side by side', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-sequence-'));
  const profile = join(folder, 'browser');
  const packages = join(folder, 'packages');
  let site: KindsSite;
  let service: RunningService;
  let road: Awaited<ReturnType<typeof slowRoad>>;
  let browser: ExtensionSession;
  let sequenceId = '';
  const steps: CaptureView[] = [];

  beforeAll(async () => {
    site = await serveKindsSite();
    service = await startService();
    road = await slowRoad(service.url);
    browser = await openExtension(profile);
    await browser.ask('pair', { origin: road.url, code: await service.pairingCode(), name: 'test' });
    mkdirSync(packages);
  });
  afterAll(async () => {
    await browser?.close();
    road?.close();
    await service?.stop();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const addStep = async (path: string, label: string, last?: true) => {
    const asked = { url: `${site.origin}${path}`, ...options, sequenceId, label };
    return (await browser.ask('add-step', last ? { ...asked, last } : asked)).captureId;
  };

  test('the next step is taken while the one before is still on its way to the service', async () => {
    ({ sequenceId } = await browser.ask('begin-sequence', { title: '测试购买' }));
    const first = await addStep('/cart', '加入购物车');
    await expect.poll(road.isHolding, { timeout: 120_000 }).toBe(true);
    const second = await addStep('/order', '提交定单');
    const sealed = await browser.ended(second);
    expect(sealed.state).toBe('sealed');
    expect((await browser.ask('capture-state', { captureId: first })).state).toBe('bundled');
    road.letGo();
    steps.push(await browser.ended(first), sealed);
    expect(steps[0]?.state).toBe('sealed');
  });

  test('a sequence survives a killed browser; a label taken back is said by the next step', async () => {
    await browser.ask('withdraw-label', { sequenceId });
    await expect(browser.ask('withdraw-label', { sequenceId })).rejects.toMatchObject({
      code: 'SEQUENCE_UNKNOWN',
    });
    await browser.kill();
    browser = await openExtension(profile);
    steps.push(await browser.ended(await addStep('/paid', '付款完成', true)));
    expect(steps.map(({ kind, sequenceStep }) => [kind, sequenceStep?.index])).toEqual([
      ['step', 1],
      ['step', 2],
      ['step', 3],
    ]);
    expect(steps[2]?.sequenceStep).toMatchObject({
      last: true,
      previous: { capture: steps[1]?.captureId, labelWithdrawn: true },
    });
    await expect(addStep('/more', '还有')).rejects.toMatchObject({ code: 'SEQUENCE_ENDED' });
  });

  async function verifyFolder(): Promise<SequenceReport[]> {
    const stdout = await new Promise<string>((resolve, reject) =>
      execFile(process.execPath, [bin, 'verify', packages, '--json'], { maxBuffer: 2 ** 26 }, (error, out) =>
        error === null ? resolve(out) : reject(error),
      ),
    );
    return (JSON.parse(stdout) as { sequences: SequenceReport[] }).sequences;
  }

  test('the verifier lists the steps in their order, and says which one is missing', async () => {
    for (const { packageId } of steps) {
      const answer = await fetch(`${service.url}/api/v1/packages/${packageId}/package`, {
        headers: { authorization: `Bearer ${service.adminToken}` },
      });
      writeFileSync(join(packages, `${packageId}.asice`), new Uint8Array(await answer.arrayBuffer()));
    }
    const [whole] = await verifyFolder();
    expect(whole?.steps.map(({ label, capture }) => [label, capture])).toEqual([
      ['加入购物车', steps[0]?.captureId],
      ['提交定单', steps[1]?.captureId],
      ['付款完成', steps[2]?.captureId],
    ]);
    expect(whole?.findings.map(({ code, index }) => [code, index])).toEqual([['label-withdrawn', 2]]);
    rmSync(join(packages, `${steps[1]?.packageId}.asice`));
    const [lacking] = await verifyFolder();
    expect(lacking?.findings.map(({ code, index }) => [code, index])).toEqual([
      ['missing', 2],
      ['label-withdrawn', 2],
    ]);
  });

  test('a page that leaves in mid-capture is cut there, sealed and marked', async () => {
    const tab = await browser.evaluate<number>(
      `chrome.tabs.create({url: '${site.origin}/long', active: true}).then((tab) => tab.id)`,
    );
    await expect
      .poll(() => browser.evaluate(`chrome.tabs.get(${tab}).then((tab) => tab.status)`), { timeout: 120_000 })
      .toBe('complete');
    const { captureId } = await browser.ask('start-capture', { tabId: tab, ...options });
    await browser.until(captureId, ({ artefacts }) => artefacts.some(({ kind }) => kind === 'screenshot'));
    await browser.evaluate(`chrome.tabs.update(${tab}, {url: '${site.origin}/elsewhere'}).then(() => null)`);
    const view = await browser.ended(captureId);
    expect(view).toMatchObject({ state: 'sealed', cut: true });
    expect(view.notCaptured).toContainEqual(
      expect.objectContaining({ what: 'capture', reason: 'navigated-away' }),
    );
    expect(await browser.journal(captureId)).toContain('cut-found');
    const pages = view.artefacts.filter(({ kind }) => kind === 'screenshot').length;
    expect(pages).toBeLessThan(25);
  });
});
