import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { bytesSource } from '#shared/lib/bytes-source';
import { nodePorts } from '../../server/store/node-ports.ts';
import { type CaptureSite, serveCaptureSite } from './capture-site.ts';
import { capturedBundle } from './captured-bundle.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { mountSmallDisk } from './small-disk.ts';

const MIB = 1 << 20;
const disk = canOpenExtension() ? mountSmallDisk(512) : undefined;
if (disk === undefined)
  console.warn('storage-full: no small file system can be mounted here; a full browser profile is not tried');

describe.skipIf(disk === undefined)('the disk under the browser fills up', () => {
  let site: CaptureSite;
  let browser: ExtensionSession;

  beforeAll(async () => {
    site = await serveCaptureSite();
    browser = await openExtension(join(disk!.folder, 'profile'));
    await browser.ask('service-state');
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    disk?.unmount();
  });

  test('what was stored stays whole, what could not be is said, and captures go on when there is room', async () => {
    const first = await browser.capture(`${site.origin}/inner`);
    const before = await capturedBundle(browser, first);

    await disk!.leaveFree(150 * MIB);
    await expect(browser.capture(`${site.origin}/inner`)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });

    await disk!.leaveFree(200 * MIB);
    const second = await browser.capture(`${site.origin}/heavy`);
    await disk!.leaveFree(30 * MIB);
    const cut = await browser.until(second, ({ state }) => state === 'failed', 150_000);
    expect(cut.error).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(await browser.journal(second)).toContain('capture-failed');

    await disk!.makeRoom();
    expect((await capturedBundle(browser, first)).bytes).toEqual(before.bytes);
    const after = await capturedBundle(browser, await browser.capture(`${site.origin}/inner`));
    // The refused one took no number; the one that was cut keeps its own.
    expect([before, after].map(({ record }) => Number(record.id.split('-').at(-1)))).toEqual([1, 3]);
    expect((await verifyBundle(bytesSource(after.bytes), nodePorts)).record.id).toBe(after.record.id);
  });
});
