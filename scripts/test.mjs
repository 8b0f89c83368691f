// Runs every test and ends with `N passed, N failed`.
//   node scripts/test.mjs [--long] [vitest arguments]
// With CI=true on Debian as root a skipped test fails the run unless test/allowed-skips.json names it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './find-browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const long = args.includes('--long');
const folder = mkdtempSync(join(tmpdir(), 'tiezheng-test-'));
const resultFile = join(folder, 'result.json');

const run = spawnSync(
  process.execPath,
  [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultFile}`,
    ...args.filter((argument) => argument !== '--long'),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM_PATH: findBrowser() ?? '', ...(long ? { TIEZHENG_LONG: '1' } : {}) },
  },
);

const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : undefined;
rmSync(folder, { recursive: true, force: true });

const tests = result?.testResults.flatMap((file) => file.assertionResults) ?? [];
const skipped = tests
  .filter((test) => test.status === 'skipped' || test.status === 'pending')
  .map((test) => test.fullName);
const strict = process.env.CI === 'true' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
const allowed = JSON.parse(readFileSync(join(root, 'test', 'allowed-skips.json'), 'utf8'));
const surprising = strict ? skipped.filter((name) => !allowed.includes(name)) : [];
// A browser test may be run twice (vitest.config.ts); what failed first is a fault to look for all the same.
for (const { fullName, status, failureMessages } of tests)
  if (status === 'passed' && failureMessages.length > 0)
    console.log(`passed only at the second try: ${fullName}\n  ${failureMessages[0].split('\n', 1)}`);
for (const name of skipped) console.log(`skipped: ${name}`);
for (const name of surprising) console.log(`not allowed to be skipped here: ${name}`);

const failed = (result?.numFailedTests ?? 0) + surprising.length;
const passed = result?.numPassedTests ?? 0;
console.log(`${passed} passed, ${failed} failed`);
const good = run.status === 0 && failed === 0 && passed > 0;
process.exit(good ? 0 : 1);
