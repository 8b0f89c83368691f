import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { openDatabase } from '../server/store/database.ts';
import type { PackageFilter } from '../server/store/package-search.ts';
import { hostTerms, urlTerms } from '../server/store/package-terms.ts';
import { createStore } from '../server/store/store.ts';

/**
 * Pages of 50 out of many sealed captures and cases, by everything they are searched for: `npm run bench:search
 * [-- --rows N]`. The goal of each page is 100 ms.
 */
const ROWS = Number(process.argv[process.argv.indexOf('--rows') + 1] || 0) || 100_000;
const GOAL_MS = 100;
const REPEATS = 20;
const own = { organisation: 'operator' };

const folder = await mkdtemp(join(tmpdir(), 'bench-search-'));
const db = await openDatabase(join(folder, 'service.db'));
try {
  await fill();
  await measure();
} finally {
  await db.destroy();
  await rm(folder, { recursive: true });
}

/** One shop in ten, so that the host of the market is in every row and a shop in a tenth. */
function urlOf(n: number): string {
  return `https://shop${n % 10}.market.example/item/${n}?spm=${n % 7}`;
}

async function fill(): Promise<void> {
  const start = performance.now();
  await sql`insert into devices (id, public_key, name, paired_at) values ('0a1b2c3d', 'AAAA', 'x', 1)`.execute(
    db,
  );
  // Rows are made in bulk here only; the service commits and syncs each.
  await sql`pragma synchronous = off`.execute(db);
  for (let first = 0; first < ROWS; first += 200) await addBatch(first, Math.min(first + 200, ROWS));
  await sql`pragma synchronous = full`.execute(db);
  console.log(`${ROWS} captures and ${ROWS} cases in ${Math.round((performance.now() - start) / 1000)} s`);
}

async function addBatch(first: number, end: number): Promise<void> {
  const numbers = Array.from({ length: end - first }, (_, index) => first + index);
  await db.transaction().execute(async (tx) => {
    const texts = { title: '假冒', cause: '', source: '', legalBasis: '', category: null, operators: '[]' };
    await tx
      .insertInto('cases')
      .values(
        numbers.map((n) => ({
          id: `k${n}`,
          organisation: 'operator',
          number: `沪市监案〔2026〕${n}号`,
          ...texts,
          retainUntil: null,
          version: 1,
          createdAt: n,
          createdBy: 'u',
        })),
      )
      .execute();
    await tx.insertInto('packages').values(numbers.map(packageRow)).execute();
    const terms = numbers.flatMap(termsOf);
    for (let at = 0; at < terms.length; at += 1000)
      await tx
        .insertInto('packageTerms')
        .values(terms.slice(at, at + 1000))
        .execute();
  });
}

function packageRow(n: number) {
  return {
    id: `EVD-${n}`,
    device: '0a1b2c3d',
    capture: `CAP-0a1b2c3d-${n}`,
    sha256: `hash-${n}`,
    bytes: 1,
    upload: `u${n}`,
    receivedAt: n * 1000,
    state: 'sealed',
    waiting: null,
    verdict: 'accepted',
    refusalCode: null,
    refusalEntry: null,
    refusalMessage: null,
    defects: '[]',
    receipt: `{"filler":"${'x'.repeat(2000)}"}`,
    chain: null,
    previousSeal: null,
    sealLeaf: null,
    done: '[]',
    sealedAt: n,
    sealedBytes: 1,
    sealedSha256: null,
    organisation: 'operator',
    // One in three is in no case.
    caseId: n % 3 === 0 ? null : `k${n % 1000}`,
    url: urlOf(n),
    title: '页面',
    capturedAt: n,
  };
}

function termsOf(n: number) {
  const row = { organisation: 'operator', receivedAt: n * 1000, package: `EVD-${n}` };
  return [
    { ...row, kind: 'hash' as const, term: `hash-${n}` },
    ...hostTerms(urlOf(n)).map((term) => ({ ...row, kind: 'host' as const, term })),
    ...urlTerms(urlOf(n)).map((term) => ({ ...row, kind: 'url' as const, term })),
  ];
}

async function measure(): Promise<void> {
  const store = createStore(db);
  const middle = { at: (ROWS / 2) * 1000, id: `EVD-${ROWS / 2}` };
  const find = (filter: Partial<PackageFilter>, after?: typeof middle) => () =>
    store.packageSearch.find(own, { terms: [], ...filter }, 50, after);
  const term = (kind: 'hash' | 'host' | 'url', value: string) => ({ kind, term: value });
  const questions: Record<string, () => Promise<{ rows: readonly unknown[] }>> = {
    'packages, newest': find({}),
    'packages, from the middle': find({}, middle),
    'packages in no case, from the middle': find({ caseId: null }, middle),
    'packages of a case': find({ caseId: 'k7' }),
    'packages of a day': find({ from: 40_000_000, until: 41_000_000 }),
    'host in every row, from the middle': find({ terms: [term('host', 'market.example')] }, middle),
    'host in a tenth': find({ terms: [term('host', 'shop3.market.example')] }),
    'one URL': find({ terms: [term('url', 'shop3.market.example/item/13')] }),
    'one hash': find({ terms: [term('hash', `hash-${ROWS - 2}`)] }),
    'host and case': find({ caseId: 'k7', terms: [term('host', 'shop7.market.example')] }),
    'two hosts that never meet': find({
      terms: [term('host', 'shop3.market.example'), term('host', 'shop4.market.example')],
    }),
    'cases, newest': () => store.cases.list(own, 50),
    'cases, from the middle': () => store.cases.list(own, 50, { at: ROWS / 2, id: `k${ROWS / 2}` }),
    'cases by number': () => store.cases.search(own, '沪市监案〔2026〕123', 50),
    'cases by a beginning all have': () => store.cases.search(own, '沪', 50, { at: 0, id: `k${ROWS / 2}` }),
  };
  for (const [name, ask] of Object.entries(questions)) {
    const times: number[] = [];
    let found = 0;
    for (let n = 0; n < REPEATS; n++) {
      const start = performance.now();
      found = (await ask()).rows.length;
      times.push(performance.now() - start);
    }
    const worst = Math.max(...times);
    const median = times.sort((a, b) => a - b)[REPEATS >> 1] ?? 0;
    const verdict = worst < GOAL_MS ? '✓' : '✗';
    console.log(
      `${verdict} ${name}: ${found} rows, median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`,
    );
  }
}
