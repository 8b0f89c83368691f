/**
 * `npm run test:outside [-- --allow-missing]`: makes a sealed package and has programs that are not ours judge it,
 * whole and with one byte altered. What each tool covers is stated in `outside-checks.ts` and measured here: it must
 * refuse every alteration of what it covers and accept every other one. Ends with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { alterationsOf } from './alterations.ts';
import { type OutsideCheck, runCheck } from './outside-check.ts';
import { outsideChecks } from './outside-checks.ts';
import { makeSubject } from './subject.ts';

const { values } = parseArgs({ options: { 'allow-missing': { type: 'boolean', default: false } } });

interface Row {
  readonly check: OutsideCheck;
  accepted: boolean;
  /** Names of alterations it refused. */
  readonly refused: string[];
}

const faults: string[] = [];
let passed = 0;

function count(good: boolean, what: string, output: string): void {
  if (good) passed += 1;
  else faults.push(`${what}\n${output.trim().replaceAll(/^/gm, '    ')}`);
}

function versionOf({ version }: OutsideCheck): string | undefined {
  const { status, stdout } = spawnSync('bash', ['-c', `set -o pipefail; ${version}`], { encoding: 'utf8' });
  const [line = ''] = stdout.trim().split('\n');
  return status === 0 || status === 141 ? line : undefined;
}

const tools = new Map(outsideChecks.map((check) => [check.tool, versionOf(check)]));
const missing = [...tools].filter(([, version]) => version === undefined).map(([tool]) => tool);
for (const tool of missing) {
  const debian = outsideChecks.find((check) => check.tool === tool)?.debian;
  console.log(`NOT RUN: ${tool} is not installed (Debian: ${debian})`);
}
if (missing.includes('unzip -t')) throw new Error('without unzip nothing can be judged');
const rows: Row[] = outsideChecks
  .filter(({ tool }) => !missing.includes(tool))
  .map((check) => ({ check, accepted: false, refused: [] }));

const dir = await mkdtemp(join(tmpdir(), 'outside-'));
try {
  const subject = await makeSubject(dir);
  const whole = await subject.unzip();
  console.log(`${basename(subject.packagePath)}, ${subject.bytes.length} bytes, made just now`);
  for (const row of rows) {
    const { accepted, output } = runCheck(row.check, whole.folder, whole.environment);
    row.accepted = accepted;
    count(accepted, `${row.check.tool} refuses the package: ${row.check.covers}`, output);
  }
  for (const alteration of await alterationsOf(subject.bytes, subject.captureId)) {
    const { name, path, at } = alteration;
    const altered = await subject.unzip(alteration);
    console.log(`altered: ${name}, byte ${at} of the package, in ${path}`);
    for (const row of rows) {
      const { accepted, output } = runCheck(row.check, altered.folder, altered.environment);
      const covered = row.check.refuses.includes(name);
      if (!accepted) row.refused.push(name);
      const verdict = accepted ? 'accepts' : 'refuses';
      const why = covered ? 'which it covers' : 'which it is said not to cover';
      count(
        accepted !== covered,
        `${row.check.tool} (${row.check.covers}) ${verdict} an altered ${name}, ${why}`,
        output,
      );
    }
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}

console.log(
  '\ntool | version | covers | whole | one byte of the WACZ altered | also refuses one altered byte of',
);
for (const { check, accepted, refused } of rows) {
  const others = refused.filter((name) => name !== 'bundle');
  console.log(
    [
      check.tool,
      tools.get(check.tool),
      check.covers,
      accepted ? 'accepted' : 'REFUSED',
      refused.includes('bundle') ? 'refused' : 'not covered',
      others.length === 0 ? '-' : others.join(', '),
    ].join(' | '),
  );
}
for (const fault of faults) console.log(`\nFAULT: ${fault}`);
if (missing.length > 0) console.log(`\nNOT RUN, not installed: ${missing.join(', ')}`);
console.log(`\n${passed} passed, ${faults.length} failed`);
process.exitCode = faults.length > 0 || (missing.length > 0 && !values['allow-missing']) ? 1 : 0;
