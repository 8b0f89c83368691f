import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultLimits } from './config/limits-section.ts';
import { readConfig, readSettings } from './config.ts';
import { settingLines } from './config-command.ts';
import { openCosigner } from './log/open-cosigner.ts';

test('arguments come before the environment, which comes before defaults', () => {
  const environment = {
    TIEZHENG_ORGANISATION: '机构',
    TIEZHENG_PORT: '9000',
    TIEZHENG_ORIGINS: 'https://a,https://b',
  };
  expect(readConfig(['--data', 'x', '--port', '0'], environment)).toMatchObject({
    dataDir: resolve('x'),
    listening: { host: '127.0.0.1', tls: undefined, names: [] },
    port: 0,
    organisation: '机构',
    systemName: '电子数据固定系统',
    origins: ['https://a', 'https://b'],
  });
  expect(readConfig([], {}).port).toBeUndefined();
});

test.each([
  [['--port', 'x'], 'VALUE_MALFORMED', '--port'],
  [['--port', '65536'], 'VALUE_MALFORMED', '--port'],
  [['--organisation', ' '], 'VALUE_MALFORMED', '--organisation'],
  [['--host', '0.0.0.0'], 'HOSTS_REQUIRED', 'hosts'],
  [['--host', 'evidence.example'], 'VALUE_MALFORMED', '--host'],
  [['--nonsense'], 'ARGUMENT_UNKNOWN', undefined],
  [['positional'], 'ARGUMENT_UNKNOWN', undefined],
])('refuses %j', (argv, code, entry) => {
  expect(() => readConfig(argv, {})).toThrow(expect.objectContaining({ code, entry }));
});

test('a variable that is no setting is refused, those of scripts and tests are not looked at', () => {
  expect(() => readConfig([], { TIEZHENG_MIN_FREE_BYTE: '1' })).toThrow(
    expect.objectContaining({ code: 'VALUE_MALFORMED', entry: 'TIEZHENG_MIN_FREE_BYTE' }),
  );
  expect(() => readConfig([], { TIEZHENG_LIMITS____PROTO____: '1' })).toThrow(
    expect.objectContaining({ code: 'VALUE_MALFORMED' }),
  );
  expect(() => readConfig([], { TIEZHENG_LONG: '1', TIEZHENG_TEST_KILL: 'x', PATH: '/bin' })).not.toThrow();
});

test('members of groups are set by variables, one by one or the group whole', () => {
  const limits = readConfig([], { TIEZHENG_LIMITS__DEVICE_OPEN_UPLOADS: '3' }).limits;
  expect(limits).toEqual({ ...defaultLimits, deviceOpenUploads: 3 });
  expect(readConfig([], { TIEZHENG_SECOND_LOOK: '{"enabled":true}' }).secondLook).toEqual({
    enabled: true,
    timeoutSeconds: 10,
  });
  for (const [variable, value] of [
    ['TIEZHENG_LIMITS__DEVICE_OPEN_UPLOADS', '0'],
    ['TIEZHENG_LIMITS__OPEN_UPLOADS', '1'],
    ['TIEZHENG_SECOND_LOOK__ENABLED', 'yes'],
    ['TIEZHENG_SECOND_LOOK', 'true'],
    ['TIEZHENG_TIME_STAMPS', '{}'],
  ] as const)
    expect(() => readConfig([], { [variable]: value }), variable).toThrow(
      expect.objectContaining({ code: 'VALUE_MALFORMED', entry: variable }),
    );
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

  test('holds every setting; environment and arguments come before it', async () => {
    const path = await write(
      { port: 9000, systemName: '系统', hosts: ['a.example'], limits: { deviceOpenUploads: 5 } },
      'all.json',
    );
    const environment = { TIEZHENG_PORT: '9001', TIEZHENG_LIMITS__ORGANISATION_OPEN_UPLOADS: '9' };
    expect(readConfig(['--config', path, '--system-name', 'X'], environment)).toMatchObject({
      port: 9001,
      systemName: 'X',
      listening: { names: ['a.example'] },
      limits: { deviceOpenUploads: 5, organisationOpenUploads: 9 },
    });
  });

  test('`config` prints what is in force and where it was set', async () => {
    const path = await write({ port: 9000, log: {} }, 'shown.json');
    const lines = settingLines(
      readSettings(['--config', path, '--hosts', 'a'], { TIEZHENG_LOG__THRESHOLD: '0' }),
    );
    const of = (name: string) => lines.find(({ setting }) => setting === name);
    expect(of('port')).toEqual({ setting: 'port', value: 9000, from: path });
    expect(of('hosts')).toEqual({ setting: 'hosts', value: ['a'], from: '--hosts' });
    expect(of('log')).toMatchObject({ from: `${path}, TIEZHENG_LOG__THRESHOLD` });
    expect(of('keys')).toEqual({ setting: 'keys', value: null, from: 'default' });
    expect(of('limits')).toMatchObject({ value: defaultLimits });
  });

  test('an odd one is refused, naming the member', async () => {
    const good = await witness('good.example');
    const cases: [unknown, string, string?][] = [
      ['{', 'FILE_UNREADABLE'],
      [{ logs: {} }, 'VALUE_MALFORMED', 'logs'],
      ['[]', 'FILE_UNREADABLE'],
      [{ port: 'x' }, 'VALUE_MALFORMED', 'port'],
      [{ port: -1 }, 'VALUE_MALFORMED', 'port'],
      [{ hosts: [1] }, 'VALUE_MALFORMED', 'hosts'],
      [{ host: '0.0.0.0' }, 'HOSTS_REQUIRED', 'hosts'],
      [{ limits: { deviceBytesPerDay: 1.5 } }, 'VALUE_MALFORMED', 'limits.deviceBytesPerDay'],
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

test('a master key is a file outside what backups copy, or a key of a token', () => {
  const encryption = (value: unknown) =>
    readConfig(['--data', 'x'], { TIEZHENG_ENCRYPTION: JSON.stringify(value) }).encryption;
  expect(readConfig(['--data', 'x'], {}).encryption).toBeUndefined();
  const masterKey = { provider: 'file', keyFile: 'master.key' };
  expect(encryption({ masterKey })).toEqual({
    masterKey: { provider: 'file', keyFile: resolve('x', 'master.key') },
  });
  const token = { provider: 'pkcs11', module: '/lib.so', tokenLabel: 't', keyLabel: 'k', pinFile: 'pin' };
  expect(encryption({ masterKey: token, previousMasterKey: masterKey })).toEqual({
    masterKey: { ...token, pinFile: resolve('x', 'pin') },
    previousMasterKey: { provider: 'file', keyFile: resolve('x', 'master.key') },
  });
  for (const keyFile of ['service/master.key', resolve('x', 'service', 'trust', 'a'), '../x/service/a'])
    expect(() => encryption({ masterKey: { provider: 'file', keyFile } })).toThrow(
      expect.objectContaining({ code: 'VALUE_MALFORMED', entry: 'encryption.masterKey.keyFile' }),
    );
  for (const odd of [
    {},
    { masterKey: { provider: 'file' } },
    { masterKey: { provider: 'env', keyFile: 'x' } },
  ])
    expect(() => encryption(odd)).toThrow(expect.objectContaining({ code: 'VALUE_MALFORMED' }));
});
