import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { openCosigner } from './log/open-cosigner.ts';

test('arguments come before the environment, which comes before defaults', () => {
  const environment = {
    TIEZHENG_ORGANISATION: '机构',
    TIEZHENG_PORT: '9000',
    TIEZHENG_ORIGINS: 'https://a,https://b',
  };
  expect(readConfig(['--data', 'x', '--port', '0'], environment)).toMatchObject({
    dataDir: resolve('x'),
    host: '127.0.0.1',
    port: 0,
    organisation: '机构',
    systemName: '电子数据固定系统',
    origins: ['https://a', 'https://b'],
    hosts: [],
  });
  expect(readConfig([], {}).port).toBeUndefined();
});

test.each([
  [['--port', 'x'], 'VALUE_MALFORMED', '--port'],
  [['--port', '65536'], 'VALUE_MALFORMED', '--port'],
  [['--organisation', ' '], 'VALUE_MALFORMED', '--organisation'],
  [['--host', '0.0.0.0'], 'TLS_REQUIRED', '--host'],
  [['--host', 'evidence.example'], 'TLS_REQUIRED', '--host'],
  [['--nonsense'], 'ARGUMENT_UNKNOWN', undefined],
  [['positional'], 'ARGUMENT_UNKNOWN', undefined],
])('refuses %j', (argv, code, entry) => {
  expect(() => readConfig(argv, {})).toThrow(expect.objectContaining({ code, entry }));
});

describe('the configuration file', () => {
  const vkey = 'notary.example+5f3a0c1d+BGtl';
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'config-'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const write = async (content: unknown, name = 'config.json') => {
    const path = join(dir, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const witness = async (name: string) => {
    const options = { name, logKeys: [], now: () => new Date() };
    const { cosigner, close } = await openCosigner(join(dir, name), options);
    await close();
    return { url: 'http://127.0.0.1:1/', vkey: cosigner.vkey };
  };

  test('names the witnesses of the log; none by default', async () => {
    expect(readConfig(['--data', dir], {}).log).toEqual({ witnesses: [], threshold: 0 });
    const witnesses = [await witness('notary.example'), await witness('court.example')];
    const other = await write({ log: { witnesses, threshold: 2 } }, 'other.json');
    expect(readConfig(['--config', other], {}).log).toEqual({ witnesses, threshold: 2 });
    expect(readConfig([], { TIEZHENG_CONFIG: other }).log.threshold).toBe(2);
    await write({ log: { witnesses } });
    expect(readConfig(['--data', dir], {}).log).toEqual({ witnesses, threshold: 0 });
  });

  test('an odd one is refused, naming the member', async () => {
    const good = await witness('good.example');
    const cases: [unknown, string, string?][] = [
      ['{', 'FILE_UNREADABLE'],
      [{ logs: {} }, 'VALUE_MALFORMED', 'logs'],
      [{ log: { witness: [] } }, 'VALUE_MALFORMED', 'log.witness'],
      [{ log: { witnesses: [{ url: 'x', vkey: good.vkey }] } }, 'VALUE_MALFORMED', 'log.witnesses.0.url'],
      [{ log: { witnesses: [{ ...good, vkey }] } }, 'VALUE_MALFORMED', 'log.witnesses.0.vkey'],
      [{ log: { witnesses: [good, good] } }, 'VALUE_MALFORMED', 'log'],
      [{ log: { witnesses: [good], threshold: 2 } }, 'VALUE_MALFORMED', 'log'],
    ];
    for (const [content, code, entry] of cases) {
      const path = await write(content, 'odd.json');
      expect(() => readConfig(['--config', path], {})).toThrow(
        expect.objectContaining({ code, entry: entry ?? path }),
      );
    }
    expect(() => readConfig(['--config', join(dir, 'absent.json')], {})).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });
});
