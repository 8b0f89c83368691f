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
const ROWS = Number(process.argv[process.argv.indexOf('--rows') + 1] || 0) || 1_000_000;
const GOAL_MS = 100;
const REPEATS = 20;
const own = { organisation: 'operator' };
const office = { id: 'o', name: '公证处', kind: 'notary-office', createdAt: 1 } as const;

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

/** In SQL: made one by one, a million rows would take longer than all questions together. */
async function fill(): Promise<void> {
  const start = performance.now();
  await sql`pragma synchronous = off`.execute(db);
  await sql`pragma cache_size = -400000`.execute(db);
  await sql`insert into devices (id, public_key, name, paired_at) values ('0a1b2c3d', 'AAAA', 'x', 1)`.execute(
    db,
  );
  const numbers = sql`with recursive n(i) as (select 0 union all select i + 1 from n where i < ${ROWS - 1})`;
  await sql`insert into cases (id, organisation, number, title, cause, source, legal_basis, operators, version,
      created_at, created_by)
    ${numbers} select 'k' || i, 'operator', '沪市监案〔2026〕' || i || '号', '假冒', '', '', '', '[]', 1, i, 'u'
    from n`.execute(db);
  // One in three is in no case.
  await sql`insert into packages (id, device, capture, sha256, bytes, upload, received_at, state, verdict, defects,
      receipt, done, sealed_at, sealed_bytes, organisation, case_id, url, title, captured_at)
    ${numbers} select 'EVD-' || i, '0a1b2c3d', 'CAP-0a1b2c3d-' || i, 'hash-' || i, 1, 'u' || i, i * 1000, 'sealed',
      'accepted', '[]', ${`{"filler":"${'x'.repeat(2000)}"}`}, '[]', i, 1, 'operator',
      case i % 3 when 0 then null else 'k' || (i % 1000) end,
      'https://shop' || (i % 10) || '.market.example/item/' || i || '?spm=' || (i % 7), '页面', i
    from n`.execute(db);
  const shop = sql`'shop' || (i % 10) || '.market.example'`;
  const terms = {
    hash: [sql`'hash-' || i`],
    host: [shop, sql`'market.example'`],
    url: [
      sql`${shop} || '/item/' || i || '?spm=' || (i % 7)`,
      sql`${shop} || '/item/' || i`,
      shop,
      sql`${shop} || '/item'`,
    ],
  };
  for (const [kind, forms] of Object.entries(terms))
    for (const form of forms)
      await sql`insert into package_terms (kind, term, organisation, received_at, package)
        ${numbers} select ${kind}, ${form}, 'operator', i * 1000, 'EVD-' || i from n order by 2, 4`.execute(
        db,
      );
  await requireSameTerms();
  await db.insertInto('organisations').values(office).execute();
  for (let n = 0; n < 20; n++)
    await db
      .insertInto('caseOffices')
      .values({ case: `k${n}`, organisation: office.id, sharedAt: 1 })
      .execute();
  await sql`analyze`.execute(db);
  await sql`pragma synchronous = full`.execute(db);
  console.log(`${ROWS} captures and ${ROWS} cases in ${Math.round((performance.now() - start) / 1000)} s`);
}

/** That the rows are those the service would have made. */
async function requireSameTerms(): Promise<void> {
  for (const n of [0, 1, 17, ROWS - 1]) {
    const rows = await db.selectFrom('packageTerms').selectAll().where('package', '=', `EVD-${n}`).execute();
    const made = rows.map(({ kind, term }) => `${kind} ${term}`).sort();
    const wanted = [
      `hash hash-${n}`,
      ...hostTerms(urlOf(n)).map((term) => `host ${term}`),
      ...urlTerms(urlOf(n)).map((term) => `url ${term}`),
    ].sort();
    if (made.join('\n') !== wanted.join('\n')) throw new Error(`other terms than the service makes: ${made}`);
  }
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
    'span long ago of a host in every row': find({
      terms: [term('host', 'market.example')],
      from: 40_000_000,
      until: 41_000_000,
    }),
    'host in every row, in no case': find({ caseId: null, terms: [term('host', 'market.example')] }),
    'packages of a device, from the middle': () =>
      store.packageSearch.find({ device: '0a1b2c3d' }, { terms: [] }, 50, middle),
    'packages shown to a notary office': () =>
      store.packageSearch.find({ office: office.id }, { terms: [] }, 50),
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
