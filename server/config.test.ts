import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

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
