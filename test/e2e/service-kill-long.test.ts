import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../server/store/database.ts';
import { postgresMissing } from '../fixtures/postgres.ts';
import { killRun } from '../kill/kill-run.ts';

test.skipIf(postgresMissing() !== undefined)('kills lose nothing that is kept in PostgreSQL', async () => {
  const { lost, acknowledged } = await killRun({ kills: 15, store: 'postgres' });
  expect(lost).toEqual([]);
  expect(acknowledged.ends.size).toBe(acknowledged.uploads.size);
});

test('kills where evidence is encrypted lose nothing, and leave nothing in the clear', async () => {
  const { lost, acknowledged } = await killRun({ kills: 15, encrypted: true });
  expect(lost).toEqual([]);
  expect(acknowledged.ends.size).toBe(acknowledged.uploads.size);
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
      await db.deleteFrom('auditEntries').execute();
      await db.destroy();
    },
  });
  const text = lost.join('\n');
  for (const what of [
    /anchor \w+ is lost/,
    /case \S+ is lost/,
    /audit entry case-add \S+ is lost/,
    /published are/,
    /work\/left/,
    /visible with/,
    /not the one that/,
  ])
    expect(text).toMatch(what);
});
