import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../server/config.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Debian keeps servers off the path of ordinary users. */
function find(tool: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
  const found = folders.map((path) => join(path, tool)).find((path) => existsSync(path));
  if (found === undefined) console.warn(`✗ ${tool} is not installed: deploy/ is not checked by it`);
  return found;
}
const systemdAnalyze = find('systemd-analyze');
const nginx = find('nginx');

/** Exit code and everything said. */
function run(program: string, ...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}`.trim() };
}

test.skipIf(systemdAnalyze === undefined)('systemd finds no fault with the unit', () => {
  // Where the programs are is the machine's affair; everything else is as it is handed out.
  const unit = readFileSync('deploy/tiezheng.service', 'utf8').replace('/usr/bin/node', process.execPath);
  const path = join(folder, 'tiezheng.service');
  writeFileSync(path, unit);
  expect(run(systemdAnalyze ?? '', 'verify', path)).toEqual({ status: 0, said: '' });
  writeFileSync(path, unit.replace('RestartSec=', 'RestartSecond='));
  expect(run(systemdAnalyze ?? '', 'verify', path).said).toContain('RestartSecond');
});

test.skipIf(nginx === undefined)('nginx takes the example', () => {
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.pem')] as const;
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=evidence.example.org',
  ];
  execFileSync('openssl', ['req', '-x509', ...made, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  const example = readFileSync('deploy/nginx.conf', 'utf8');
  const site = example
    .replace(/(ssl_certificate\s+)\S+;/, `$1${certificate};`)
    .replace(/(ssl_certificate_key\s+)\S+;/, `$1${key};`)
    // Ports below 1024 are not everybody's.
    .replaceAll(':443', ':18443')
    .replace('listen 443', 'listen 18443');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  for (const name of temporary) mkdirSync(join(folder, name));
  const paths = temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join(' ');
  const path = join(folder, 'nginx.conf');
  const judged = (text: string) => {
    writeFileSync(path, `pid ${join(folder, 'pid')};\nevents {}\nhttp { ${paths}\n${text}\n}\n`);
    return run(nginx ?? '', '-t', '-q', '-p', folder, '-e', join(folder, 'error.log'), '-c', path);
  };
  const { status, said } = judged(site);
  // From 1.25 on there is a newer way to say the same; warnings are not faults.
  expect({ status, faults: said.split('\n').filter((line) => /emerg|alert|crit|error/.test(line)) }).toEqual({
    status: 0,
    faults: [],
  });
  expect(judged(site.replace('proxy_buffering ', 'proxy_bufering ')).status).toBe(1);
});

test('the unit starts what is there, with arguments that are known', () => {
  const unit = readFileSync('deploy/tiezheng.service', 'utf8');
  const [, program = '', command, argv = ''] =
    /^ExecStart=\S+node \/opt\/tiezheng\/(\S+) (\w+) (.*)$/m.exec(unit) ?? [];
  expect(existsSync(program)).toBe(true);
  expect(command).toBe('start');
  expect(readConfig(argv.split(' '), {}).dataDir).toBe('/var/lib/tiezheng');
});

test('the settings the operations page names are those there are', () => {
  const page = readFileSync('docs/operations.md', 'utf8');
  const named = [...page.matchAll(/^\| (`--.*?) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/--[a-z-]+/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(5);
  const values: Record<string, string> = {
    ...{ '--data': 'x', '--host': '127.0.0.1', '--public-url': 'https://evidence.example' },
    ...{ '--trusted-proxies': '10.0.0.0/8' },
  };
  for (const name of named) expect(() => readConfig([name, values[name] ?? '1'], {}), name).not.toThrow();
});
