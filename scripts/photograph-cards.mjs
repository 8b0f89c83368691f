import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const cards = {
  capture: 'form.card',
  offline: 'details:has(input[type=file])',
  sequence: '[aria-labelledby=sequence-title]',
  recording: '[aria-labelledby=recording-title]',
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const width = 420;
/** As long as a capture of the demo shop takes, and more. */
const STEP_MS = 15_000;

/**
 * Pictures `<card>-<language>-<scheme>.png` of the panel's cards while a sequence is open and a recording of `url` runs.
 * @param page the panel, opened by `openExtensionPage`
 */
export async function photographCards({ cdp, page, url, folder }) {
  mkdirSync(folder, { recursive: true });
  const { sequenceId } = await page.ask('begin-sequence', { title: '测试购买' });
  // Neither the panel nor the tab that is recorded may be hidden: a hidden tab gives no pictures.
  await cdp.send('Target.createTarget', { url, newWindow: true });
  await pause(2000);
  const { tabId } = await page.ask('precheck');
  const step = { tabId, mode: 'as-is', cookies: false, purpose: '', makers: [] };
  await page.ask('add-step', { ...step, sequenceId, label: '商品页面' });
  await pause(STEP_MS);
  const recording = await page.ask('start-recording', { tabId, purpose: '', makers: [], silent: true });
  await pause(6000);
  await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
  for (const [language, button] of [
    ['zh', '中文'],
    ['en', 'English'],
  ])
    for (const scheme of ['light', 'dark']) {
      await page.evaluate(
        `[...document.querySelectorAll('header button')].find((one) => one.textContent === '${button}')?.click()`,
      );
      const features = [{ name: 'prefers-color-scheme', value: scheme }];
      await cdp.send('Emulation.setEmulatedMedia', { features }, page.sessionId);
      for (const [name, selector] of Object.entries(cards))
        await photograph(selector, join(folder, `${name}-${language}-${scheme}.png`));
    }
  await page.ask('stop-recording', { captureId: recording.captureId });

  async function photograph(selector, file) {
    const height = await page.evaluate('document.documentElement.scrollHeight');
    const metrics = { width, height, deviceScaleFactor: 1.5, mobile: false };
    await cdp.send('Emulation.setDeviceMetricsOverride', metrics, page.sessionId);
    await pause(200);
    const clip = await page.evaluate(`(() => {
      const { x, y, width, height } = document.querySelector('${selector}').getBoundingClientRect();
      return { x: x - 8, y: y - 8, width: width + 16, height: height + 16, scale: 1 };
    })()`);
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'png', clip }, page.sessionId);
    writeFileSync(file, Buffer.from(data, 'base64'));
  }
}
