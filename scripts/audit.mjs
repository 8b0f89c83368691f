// `npm run audit`: known faults of the packages that run in production, by the registry's own list. Where the registry
// does not offer that list the answer is said loudly to be missing; with `--require` that is a failure too.
import { spawnSync } from 'node:child_process';

const required = process.argv.includes('--require');
const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  timeout: 120_000,
  shell: process.platform === 'win32',
});

function counts() {
  try {
    return JSON.parse(stdout).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}

const found = error === undefined ? counts() : undefined;
if (found === undefined) {
  console.error(
    '!!! DEPENDENCIES WERE NOT AUDITED: the package registry in use offers no list of known faults.',
  );
  console.error('!!! Run `npm run audit -- --require` where one does, before anything is released.');
  process.exitCode = required ? 1 : 0;
} else {
  const { critical = 0, high = 0, moderate = 0, low = 0 } = found;
  console.log(`known faults: ${critical} critical, ${high} high, ${moderate} moderate, ${low} low`);
  process.exitCode = critical + high > 0 ? 1 : 0;
}
