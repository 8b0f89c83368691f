import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { killRun } from '../kill/kill-run.ts';

const kills = process.env.TIEZHENG_LONG === undefined ? 6 : 30;

test(`${kills} kills at random moments lose nothing that was acknowledged`, async () => {
  const { lost, acknowledged } = await killRun({ kills });
  expect(lost).toEqual([]);
  expect(acknowledged.ends.size).toBe(acknowledged.uploads.size);
  expect(acknowledged.ends.size).toBeGreaterThanOrEqual(8);
});

test('what is lost is noticed', async () => {
  const { lost } = await killRun({
    kills: 1,
    async beforeCheck(dataDir) {
      const root = join(dataDir, 'service');
      const [first = '', second = ''] = await readdir(join(root, 'packages'));
      await rm(join(root, 'packages', first), { recursive: true });
      await rm(join(root, 'packages', second, 'receipt.json'));
      await writeFile(join(root, 'work', 'left'), '');
      const db = await openDatabase(join(root, 'service.db'));
      await db.deleteFrom('anchors').execute();
      await db.deleteFrom('cases').execute();
      await db.destroy();
    },
  });
  const text = lost.join('\n');
  for (const what of [
    /anchor \w+ is lost/,
    /case \S+ is lost/,
    /published are/,
    /work\/left/,
    /visible with/,
    /not the one that/,
  ])
    expect(text).toMatch(what);
});
