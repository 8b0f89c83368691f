// Makes the pictures of README.md from a real capture of the demo shop: docs/img/{panel,certificate}.png; and of each
// card of the panel, Chinese and English, light and dark, to be looked at: dist/screenshots/
//   npm run screenshots        (pdftoppm of poppler-utils draws the certificate)
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './browser.mjs';
import { captureThroughExtension, ensurePaired, fetchPackage } from './capture-url.mjs';
import { extensionIdOf, openExtensionPage } from './extension-page.mjs';
import { findBrowser } from './find-browser.mjs';
import { photographCards } from './photograph-cards.mjs';
import { servePages } from './serve-pages.mjs';
import { ensureService } from './service-process.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const extension = path('../dist/extension/chrome-mv3');
const images = path('../docs/img');
const folder = mkdtempSync(join(tmpdir(), 'tiezheng-screenshots-'));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function photograph(cdp, sessionId, file, { width, height }) {
  const metrics = { width, height, deviceScaleFactor: 1.5, mobile: false };
  await cdp.send('Emulation.setDeviceMetricsOverride', metrics, sessionId);
  await pause(500);
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'png' }, sessionId);
  writeFileSync(file, Buffer.from(data, 'base64'));
}

const pages = await servePages(path('../test/fixtures/shop'));
const service = await ensureService({ dataDir: folder });
const browser = await startBrowser({
  executable: findBrowser(),
  extension,
  profile: join(folder, 'browser'),
  headless: true,
  extra: ['--hide-scrollbars'],
});
try {
  mkdirSync(images, { recursive: true });
  const url = `${pages.origin}/index.html`;
  await browser.cdp.send('Target.createTarget', { url });
  const page = await openExtensionPage(browser.cdp, extensionIdOf(extension));
  await ensurePaired(page, service);
  const view = await captureThroughExtension(
    page,
    { url, mode: 'reload', cookies: false },
    { step: () => undefined },
  );
  if (view.state !== 'sealed') throw new Error(`not sealed: ${JSON.stringify(view.error)}`);
  await page.evaluate(
    "[...document.querySelectorAll('button')].find((button) => button.textContent === '中文')?.click()",
  );
  await photograph(browser.cdp, page.sessionId, join(images, 'panel.png'), { width: 420, height: 980 });
  const { certificate } = await fetchPackage(service, view, folder);
  await photographCards({ cdp: browser.cdp, page, url, folder: path('../dist/screenshots') });
  execFileSync('pdftoppm', ['-r', '80', '-png', '-singlefile', certificate, join(images, 'certificate')]);
} finally {
  await browser.close();
  await service.stop();
  pages.close();
  rmSync(folder, { recursive: true, force: true });
}
