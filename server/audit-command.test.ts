import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '#shared/lib/canonical-json';
import { createAuditTrail } from './store/audit-trail.ts';
import { openDatabase } from './store/database.ts';

const bin = fileURLToPath(new URL('./bin.mjs', import.meta.url));
let folder = '';
let lines: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
  const db = await openDatabase(join(folder, 'service.db'));
  const trail = createAuditTrail(db);
  const actor = { kind: 'system', id: null, name: null, role: null, organisation: 'operator' } as const;
  const record = {
    organisation: 'operator',
    at: new Date(0).toISOString(),
    actor,
    subject: null,
    detail: {},
  };
  const entries = [];
  for (const action of ['user-list', 'case-list', 'package-list'] as const)
    entries.push(await trail.append({ ...record, action }));
  lines = entries.map((entry) => canonicalJson(entry));
  await db.destroy();
});
afterAll(() => rm(folder, { recursive: true }));

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, 'audit', ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test('says whether an exported trail holds together, and where it does not', async () => {
  const file = join(folder, 'audit.jsonl');
  await writeFile(file, `${lines.join('\n')}\n`);
  expect(await run(file)).toMatchObject({ code: 0, stdout: expect.stringContaining('3 entries') });
  await writeFile(file, `${[lines[0], lines[2]].join('\n')}\n`);
  const cut = await run(file);
  expect(cut).toMatchObject({ code: 1, stdout: '' });
  expect(cut.stderr).toContain('CHAIN_BROKEN: line 2');
  expect((await run(join(folder, 'absent'))).stderr).toContain('FILE_UNREADABLE');
  expect((await run()).stderr).toContain('ARGUMENT_UNKNOWN');
});
