import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';

describe.skipIf(!canOpenExtension())('the panel, every card open', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-panel-'));
  let browser: ExtensionSession;

  beforeAll(async () => {
    browser = await openExtension(join(folder, 'browser'));
    await browser.ask('begin-sequence', { title: '测试购买' });
    await browser.evaluate(axe.source);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test.each(['中文', 'English'])(
    'no rule of WCAG A and AA that axe knows is broken: %s',
    async (language) => {
      await browser.evaluate(
        `[...document.querySelectorAll('header button')].find((b) => b.textContent === '${language}')?.click()`,
      );
      await expect
        .poll(() => browser.evaluate(`document.querySelectorAll('main > *').length`))
        .toBeGreaterThan(6);
      await browser.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
      const broken = await browser.evaluate<string[]>(
        `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ' ' + html)))`,
      );
      expect(broken).toEqual([]);
    },
  );
});
