import { describe, expect, test } from 'vitest';
import { browserKillRun } from '../kill/browser/browser-kill-run.ts';
import { canOpenExtension } from './extension-session.ts';

const long = process.env.TIEZHENG_LONG === '1';

describe.skipIf(!canOpenExtension())('the browser is killed at random moments', () => {
  test.each([
    ['page', long ? 30 : 2],
    ['recording', long ? 30 : 1],
  ] as const)(
    'of a %s capture, %i times: nothing acknowledged is lost, what is missing is said',
    async (kind, kills) => {
      const run = await browserKillRun(kind, kills, (count, { lost }) => {
        if (long) console.log(`${kind}: ${count} of ${kills} kills, ${lost.length} lost`);
      });
      console.log(`killed: ${JSON.stringify({ kind, ...run })}`);
      expect(run.lost).toEqual([]);
      expect(run.sealed + run.failed).toBe(kills);
      if (kind === 'recording') expect(run.acknowledgedChunks).toBeGreaterThan(0);
    },
    long ? 3_600_000 : 300_000,
  );
});
