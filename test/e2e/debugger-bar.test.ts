import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CaptureSite, serveCaptureSite } from './capture-site.ts';
import { certificateText } from './certificate-text.ts';
import {
  canOpenExtension,
  type ExtensionSession,
  extensionFolder,
  openExtension,
} from './extension-session.ts';
import { type RunningService, startService } from './start-service.ts';
import { openVirtualScreen } from './virtual-screen.ts';

const LIMIT_MS = 150_000;
const screen = canOpenExtension() ? await openVirtualScreen() : undefined;
if (screen === undefined)
  console.warn('debugger-bar: no Xvfb or no xdotool here; Cancel on the debugger bar is not pressed');

/** In the middle of the bar that lies between toolbar and page of a window at the top left corner. */
const BAR_Y = 112;
/** From the left across the bar: its button is wider than a step, and comes before the cross at the right end. */
const BAR_X = Array.from({ length: 19 }, (_, step) => 600 + step * 33);

describe.skipIf(screen === undefined)('a person presses Cancel on the debugger bar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-bar-'));
  const dataDir = join(folder, 'data');
  let site: CaptureSite;
  let service: RunningService;
  let browser: ExtensionSession;

  beforeAll(async () => {
    site = await serveCaptureSite();
    service = await startService({ dataDir });
    browser = await openExtension(
      join(folder, 'browser'),
      ['--window-position=0,0', '--window-size=1280,900', '--disable-gpu'],
      extensionFolder,
      screen!.display,
    );
    await browser.ask('pair', { origin: service.url, code: await service.pairingCode(), name: 'test' });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    site?.close();
    screen?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('the capture ends as incomplete, with what was stored sealed and the reason in ledger and certificate', async () => {
    const id = await browser.capture(`${site.origin}/heavy`);
    await browser.until(id, ({ artefacts }) => artefacts.some(({ kind }) => kind === 'found-dom'), LIMIT_MS);
    for (const x of BAR_X) {
      screen!.click(x, BAR_Y);
      if ((await browser.ask('capture-state', { captureId: id })).cut) break;
    }
    const view = await browser.ended(id, LIMIT_MS);
    expect(view).toMatchObject({ state: 'sealed', cut: true, error: { code: 'DEBUGGER_DETACHED' } });
    expect(view.notCaptured).toContainEqual(
      expect.objectContaining({ what: 'capture', reason: 'debugger-detached' }),
    );
    expect(await browser.journal(id)).toContain('cut-found');
    const text = certificateText(dataDir, view.packageId ?? '');
    if (text !== undefined) expect(text).toContain('取证提前中断');
  });
});
