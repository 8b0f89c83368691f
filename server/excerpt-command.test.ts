import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestSealer, type TestSealer } from '../test/fixtures/test-seal.ts';
import { parseExcerptArguments } from './excerpt-arguments.ts';
import { runExcerpt } from './excerpt-command.ts';
import { seal } from './seal/seal.ts';

let dir = '';
let sealer: TestSealer;
let file = '';
const quiet = { stdout: () => {}, stderr: () => {} };
const out = () => join(dir, 'excerpt.webm');
const cut = (source: string) => runExcerpt([source, '--from', '0', '--to', '1', '--out', out()], quiet);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'excerpt-command-'));
  sealer = await createTestSealer(join(dir, 'service'));
  file = join(dir, 'page.asice');
  await writeFile(file, await readFile((await seal(await sealer.prepare('one'))).path));
});
afterAll(async () => {
  await sealer.close();
  await rm(dir, { recursive: true });
});

test('places are numbers of chunks or times', () => {
  const argv = ['a.asice', '--from', '12', '--to', '1:02:30', '--out', 'b.webm'];
  expect(parseExcerptArguments(argv)).toEqual({
    ...{ file: 'a.asice', from: { chunk: 12 }, to: { atMs: 3_750_000 }, out: 'b.webm' },
  });
});

test.each([
  [['a.asice']],
  [['a.asice', 'b.asice', '--from', '0', '--to', '1', '--out', 'c']],
  [['a.asice', '--from', 'x', '--to', '1', '--out', 'c']],
  [['a.asice', '--from', '0:75', '--to', '1', '--out', 'c']],
  [['a.asice', '--from', '0', '--to', '1', '--out', 'c', '--more']],
])('%j says too little: usage and exit code 2', async (argv) => {
  let said = '';
  const code = await runExcerpt(argv, {
    ...quiet,
    stderr: (text) => {
      said += text;
    },
  });
  expect([code, said]).toEqual([2, expect.stringContaining('tiezheng excerpt PACKAGE')]);
});

test('a package without a recording gives no excerpt', async () => {
  await expect(cut(file)).rejects.toMatchObject({ code: 'NO_RECORDING', entry: file });
  await expect(access(out())).rejects.toMatchObject({ code: 'ENOENT' });
});

test('nothing is cut out of an altered package, and nothing is overwritten', async () => {
  const altered = join(dir, 'altered.asice');
  const bytes = await readFile(file);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(altered, bytes);
  await expect(cut(altered)).rejects.toMatchObject({ code: 'NOT_INTACT', entry: altered });
  await writeFile(out(), 'mine');
  await expect(cut(file)).rejects.toMatchObject({ code: 'OUT_EXISTS' });
  expect(await readFile(out(), 'utf8')).toBe('mine');
});
