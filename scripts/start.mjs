// `npm start`: see start-options.mjs for the usage.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProfileBusyError, startBrowser } from './browser.mjs';
import { captureThroughExtension, ensurePaired, fetchPackage, verifyOffline } from './capture-url.mjs';
import { errorSentence } from './error-sentence.mjs';
import { extensionIdOf, openExtensionPage } from './extension-page.mjs';
import { findBrowser } from './find-browser.mjs';
import { createProgress } from './progress.mjs';
import { ensureService } from './service-process.mjs';
import { parseStartOptions, UsageError, usage } from './start-options.mjs';

const extension = fileURLToPath(new URL('../dist/extension/chrome-mv3', import.meta.url));
/** Saved pages name hosts that do not exist here; tests keep the browser from looking for them. */
const extra = (process.env.TIEZHENG_BROWSER_ARGS ?? '').split('\n').filter(Boolean);

async function pairedBrowser(service, dataDir, headless) {
  const executable = findBrowser();
  if (executable === undefined) throw new Error('no browser found; set CHROMIUM_PATH');
  const profile = join(dataDir, 'browser');
  const browser = await startBrowser({ executable, extension, profile, headless, extra });
  try {
    const page = await openExtensionPage(browser.cdp, extensionIdOf(extension));
    await ensurePaired(page, service);
    return { browser, page };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

function listChecks(progress, checks) {
  const marks = { pass: '✓', fail: '✗', 'not-checked': '–' };
  progress.text('');
  for (const check of checks) {
    const fault = [check.code, check.entry].filter(Boolean).join(' ');
    progress.text(
      `${marks[check.status]} ${check.id.padEnd(24)} ${check.proves.zh}${fault === '' ? '' : `  [${fault}]`}`,
    );
  }
}

function showOmissions(progress, view) {
  if (view.notCaptured.length === 0) return;
  progress.text(`\n未取得 not captured: ${view.notCaptured.length}`);
  for (const { what, reason, url = '', detail = '' } of view.notCaptured.slice(0, 20)) {
    progress.text(`  ${what} ${reason} ${url} ${detail}`.trimEnd());
  }
  if (view.notCaptured.length > 20) progress.text('  … all of them are in the certificate');
}

/** Captures, seals, verifies one URL; the exit code. */
async function captureUrl(options, progress, dataDir) {
  const service = await progress.during('service', () => ensureService({ dataDir, port: options.port }));
  let browser;
  try {
    const ready = await progress.during('browser', () => pairedBrowser(service, dataDir, true));
    browser = ready.browser;
    const view = await captureThroughExtension(ready.page, options, progress);
    if (view.state !== 'sealed') {
      const reason = view.error === undefined ? view.state : await errorSentence(view.error);
      progress.text(`\n✗ ${view.captureId}: ${reason}`);
      progress.last({
        id: view.captureId,
        package: null,
        certificate: null,
        checks: [],
        error: view.error ?? null,
      });
      return 1;
    }
    const files = await progress.during('download', () => fetchPackage(service, view, resolve(options.out)));
    const trustFile = join(dataDir, 'trust.txt');
    writeFileSync(trustFile, await (await fetch(`${service.url}/trust`)).text());
    const report = await progress.during('verify', () => verifyOffline(files.package, trustFile));
    listChecks(progress, report.checks);
    showOmissions(progress, view);
    progress.text(`\n${report.verdict === 'valid' ? '✓' : '✗'} ${files.id} ${report.verdict}`);
    progress.text(`  ${files.package}\n  ${files.certificate}`);
    progress.last({ ...files, checks: report.checks });
    return report.verdict === 'valid' ? 0 : 1;
  } finally {
    await browser?.close();
    await service.stop();
  }
}

function waitForSignal() {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, done);
  });
}

/** Service and, where there is a display, a browser with the extension, until interrupted; the exit code. */
async function stayOpen(options, progress, dataDir) {
  const service = await ensureService({ dataDir, port: options.port, foreground: true });
  progress.text(`Tiezheng 铁证: ${service.url}`);
  const hasDisplay =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  let browser;
  if (hasDisplay) {
    ({ browser } = await pairedBrowser(service, dataDir, false));
    progress.text(
      'The browser is open with the extension loaded and paired. 浏览器已打开,扩展已加载并配对。',
    );
  } else {
    progress.text(`No display: load the unpacked extension from ${extension}`);
    progress.text(
      '  (chrome://extensions → Developer mode → Load unpacked), then pair it with a code of: npx tiezheng pair',
    );
  }
  await Promise.race([waitForSignal(), ...[service.exited, browser?.exited].filter(Boolean)]);
  await browser?.close();
  await service.stop();
  return 0;
}

async function main() {
  const options = parseStartOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const progress = createProgress({ json: options.json });
  const dataDir = resolve(options.data);
  return options.url === undefined
    ? stayOpen(options, progress, dataDir)
    : captureUrl(options, progress, dataDir);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(
    `${error instanceof UsageError ? `${error.message}\n${usage}` : `✗ ${error.message}`}\n`,
  );
  process.exitCode = error instanceof ProfileBusyError ? 3 : 1;
}
