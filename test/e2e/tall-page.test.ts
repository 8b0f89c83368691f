import { mkdtempSync, rmSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { bandColour, type CaptureSite, serveCaptureSite } from './capture-site.ts';
import { type CapturedBundle, capturedBundle, ledgerLines } from './captured-bundle.ts';
import { extensionMemory } from './extension-memory.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { pngColumn } from './png-column.ts';
import { closedNetwork } from './run-start.ts';

const long = process.env.TIEZHENG_LONG === '1';
const MEMORY = 300e6;

describe.skipIf(!canOpenExtension())('pages taller than any screen', () => {
  let close = async () => {};
  afterEach(() => close());

  const open = async (
    extra: readonly string[],
  ): Promise<{ site: CaptureSite; browser: ExtensionSession }> => {
    const profile = mkdtempSync(join(tmpdir(), 'tiezheng-tall-'));
    const site = await serveCaptureSite();
    const browser = await openExtension(profile, [closedNetwork, ...extra]);
    close = async () => {
      await browser.close();
      site.close();
      rmSync(profile, { recursive: true, force: true });
    };
    await browser.ask('service-state');
    return { site, browser };
  };

  /** Which bands the tiles show, each in its place. */
  const bandsIn = async ({ record, read }: CapturedBundle): Promise<Set<number>> => {
    const seen = new Set<number>();
    for (const { kind, path, about } of record.artefacts) {
      if (kind !== 'screenshot') continue;
      const scale = Number(about?.scale);
      const { pixels, height } = pngColumn(await read(path), -5);
      expect(height).toBe(Number(about?.height) * scale);
      for (const [row, pixel] of pixels.entries()) {
        const y = Number(about?.y) + row / scale;
        if (y % 100 < 2 || y % 100 > 97) continue;
        if (pixel.join() !== bandColour(y).join()) expect.fail(`${path} row ${row}: ${pixel.join()}`);
        seen.add(Math.floor(y / 100));
      }
    }
    return seen;
  };

  test('30,000 px at scale factor 2: every band is where it belongs, in real pixels', async () => {
    const { site, browser } = await open(['--force-device-scale-factor=2']);
    const id = await browser.capture(`${site.origin}/bands`);
    const bundle = await capturedBundle(browser, id, 120_000);
    expect(bundle.record.environment.viewport.scale).toBe(2);
    expect(ledgerLines(bundle.view)).toEqual(['challenge offline']);
    expect((await bandsIn(bundle)).size).toBe(300);
  });

  for (const height of long ? [100_000, 400_000] : [])
    test(`${height} px: every band down to the limit, which is stated`, async () => {
      const { site, browser } = await open([]);
      const before = platform() === 'linux' ? extensionMemory(browser.pid) : 0;
      let most = before;
      const watch = setInterval(() => {
        if (platform() === 'linux') most = Math.max(most, extensionMemory(browser.pid));
      }, 250);
      const id = await browser.capture(`${site.origin}/bands-${height}`);
      const state = ({ state }: CapturedBundle['view']) => state === 'bundled' || state === 'failed';
      await browser.until(id, state, 150_000).finally(() => clearInterval(watch));
      const bundle = await capturedBundle(browser, id);
      const heights = bundle.record.notCaptured.filter(({ what }) => what === 'page-height');
      const details = heights.map(({ detail }) => detail).join('\n');
      const stated = /(?:pictured to|down to y) (\d+)/.exec(details)?.[1];
      const pictured = Number(stated ?? height);
      if (height > 100_000) expect(stated).toBeDefined();
      expect(await bandsIn(bundle)).toEqual(new Set(Array.from({ length: pictured / 100 }, (_, n) => n)));
      const grown = Math.round((most - before) / 1e6);
      console.info(`${height} px: PSS of the extension's processes grew by ${grown} MB`);
      if (platform() === 'linux') expect(before).toBeGreaterThan(10e6);
      expect((most - before) / 1e6).toBeLessThan(MEMORY / 1e6);
    });
});
