import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkStatuses, GOLDEN_LIST, type GoldenPackage, goldenFolder } from './fixtures/golden-packages.ts';

/** Packages sealed once, by the code of their time. Whatever changes since, they verify as they did then. */
const versions = readdirSync(goldenFolder).filter((name) => !name.startsWith('.'));

test('there are golden packages', () => {
  expect(versions).toContain('1');
});

describe.each(versions)('format version %s', (version) => {
  const folder = join(goldenFolder, version);
  const list = JSON.parse(readFileSync(join(folder, GOLDEN_LIST), 'utf8')) as GoldenPackage[];

  test('every file is listed', () => {
    const listed = list.flatMap(({ file, trust }) => [file, trust]);
    expect(readdirSync(folder).sort()).toEqual([...listed, GOLDEN_LIST].sort());
    expect(list.length).toBeGreaterThan(0);
  });

  test.each(list)('$file verifies as on the day it was made', async ({ file, trust, ...then }) => {
    const bytes = readFileSync(join(folder, file));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(then.sha256);
    const text = readFileSync(join(folder, trust), 'utf8');
    // A later verifier may check more, never less.
    expect(await checkStatuses(bytes, 'valid', text)).toMatchObject(then.trusted);
    expect(await checkStatuses(bytes, 'intact')).toMatchObject(then.untrusted);
  });
});
