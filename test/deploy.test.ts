import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig } from '../server/config.ts';

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
  const values: Record<string, string> = { '--data': 'x' };
  for (const name of named) expect(() => readConfig([name, values[name] ?? '1'], {}), name).not.toThrow();
});
