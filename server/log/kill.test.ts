import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromBase64 } from '#shared/lib/base64';
import { fromUtf8 } from '#shared/lib/utf8';
import { parseCheckpoint } from '#shared/log/checkpoint';
import { parseSignedNote } from '#shared/log/signed-note';
import type { TreeHead } from '#shared/log/verify-consistency';
import { checkTestLog, openTestLog, temporaryFolder, testLeaf } from './testing/test-log.ts';
import { startTestWitness, type TestWitness } from './testing/test-witness.ts';

const KILLS = Number(process.env.TIEZHENG_KILLS ?? (process.env.TIEZHENG_LONG === '1' ? 200 : 6));
/** Checking re-reads the whole log, which grows. */
const CHECK_EVERY = 10;
const child = fileURLToPath(new URL('./testing/append-until-killed.ts', import.meta.url));

let dir: string;
let remove: () => Promise<void>;
let witness: TestWitness;
let vkey: string;
beforeEach(async () => {
  ({ dir, remove } = await temporaryFolder());
  const log = await openTestLog(join(dir, 'log'));
  vkey = log.vkey;
  await log.append(testLeaf('first'));
  await log.close();
  witness = await startTestWitness(join(dir, 'witness'), [vkey]);
});
afterEach(async () => {
  await witness.close();
  await remove();
});

interface Reports {
  readonly acknowledged: Map<bigint, string>;
  readonly seen: TreeHead[];
  readonly faults: string[];
}

/** Runs one child and kills it at a random moment. */
async function killOne(number: number, reports: Reports): Promise<void> {
  const cosigned = number % 2 === 0 ? [witness.url, witness.vkey] : [];
  const process_ = spawn(
    process.execPath,
    ['--import', 'tsx', child, join(dir, 'log'), `run${number}`, ...cosigned],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let errors = '';
  process_.stderr.on('data', (text) => {
    errors += text;
  });
  const exited = once(process_, 'exit');
  const lines = createInterface(process_.stdout);
  // Every third dies while it opens the log and recovers, the others while they append.
  const [mark, withinMs] = number % 3 === 2 ? ['start', 12] : ['open', 250];
  const marked = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if (line === mark) resolve();
      report(line, reports);
    });
  });
  const closed = once(lines, 'close');
  await Promise.race([marked, exited]);
  await sleep(Math.random() * withinMs);
  const alive = process_.kill('SIGKILL');
  await exited;
  await closed;
  if (!alive) reports.faults.push(`run ${number} ended by itself: ${errors}`);
}

function report(line: string, { acknowledged, seen, faults }: Reports): void {
  const [kind, index = '', leaf = '', size = '', root = ''] = line.split(' ');
  if (kind === 'ack') {
    // A line that the kill cut is no acknowledgement.
    if (root.length !== 44) return;
    acknowledged.set(BigInt(index), leaf);
    if (seen.at(-1)?.size !== BigInt(size)) seen.push({ size: BigInt(size), root: fromBase64(root) });
  } else if (
    kind === 'fatal' ||
    line.startsWith('witness WITNESS_AHEAD') ||
    line.startsWith('witness WITNESS_REFUSED')
  ) {
    faults.push(line);
  }
}

test(
  `after ${KILLS} SIGKILLs during appending no acknowledged leaf is lost and nothing is forked`,
  async () => {
    const reports: Reports = { acknowledged: new Map(), seen: [], faults: [] };
    const published = async () =>
      parseCheckpoint(parseSignedNote(await readFile(join(dir, 'log', 'public', 'checkpoint'), 'utf8')).text);
    for (let number = 0; number < KILLS; number++) {
      await killOne(number, reports);
      reports.seen.push(await published());
      if ((number + 1) % CHECK_EVERY !== 0 && number !== KILLS - 1) continue;
      await (await openTestLog(join(dir, 'log'))).close();
      const missing = new Map(reports.acknowledged);
      const checked = await checkTestLog(join(dir, 'log'), vkey, {
        earlier: [...reports.seen, ...witness.asked],
        onEntry: (index, entry) => {
          if (missing.get(index) === fromUtf8(entry)) missing.delete(index);
        },
      });
      expect([...missing]).toEqual([]);
      expect(reports.faults).toEqual([]);
      expect(checked.size).toBeGreaterThan(reports.acknowledged.size);
    }
    expect(reports.acknowledged.size).toBeGreaterThan(0);
    console.log(`${KILLS} kills, ${reports.acknowledged.size} leaves acknowledged, none lost`);
  },
  10_000 + KILLS * 5_000,
);
