import type { Database } from './database.ts';
import type { Package } from './packages.ts';
import { type Cursor, type Page, toPage } from './page.ts';

/** Whose packages are found. */
export type PackageScope =
  | { readonly organisation: string }
  | { readonly device: string }
  | { readonly office: string }
  | { readonly all: true };

/** All that are given must hold. */
export interface PackageFilter {
  /** A case, or `null` for what is in none 待归案. */
  readonly caseId?: string | null;
  readonly terms: readonly { readonly kind: 'hash' | 'host' | 'url' | 'capture'; readonly term: string }[];
  /** Received at or after, before; UTC ms. */
  readonly from?: number;
  readonly until?: number;
}

/** Rows of a term that are looked at for one page, so that a page never takes long. */
const LOOKED_AT = 3000;

/**
 * Finds packages, newest first, a page at a time. Where two terms must hold, or a term outside every case, a page may be
 * short or empty and still have a `next`: so many rows were looked at without success.
 */
export interface PackageSearch {
  find(scope: PackageScope, filter: PackageFilter, limit: number, after?: Cursor): Promise<Page<Package>>;
}

export function createPackageSearch(db: Database): PackageSearch {
  return {
    async find(scope, filter, limit, after) {
      // The packages of one case are fewer than those of most terms.
      const isTermed = 'organisation' in scope && typeof filter.caseId !== 'string';
      const [first, ...rest] = isTermed ? filter.terms : [];
      if (first === undefined || !('organisation' in scope)) {
        const query = narrowed(inTime(listed(db, scope, filter.terms, after), filter), filter).limit(
          limit + 1,
        );
        const rows = 'office' in scope ? wholeRows(db, query) : query;
        return toPage(await rows.execute(), limit, cursorOf);
      }
      const { organisation } = scope;
      const end =
        rest.length > 0 || filter.caseId === null
          ? await endOfLook(db, organisation, first, filter, after)
          : undefined;
      const query = narrowed(termed(db, organisation, first, rest, filter, after, end), filter);
      const page = toPage(await query.limit(limit + 1).execute(), limit, cursorOf);
      return page.next !== undefined || end === undefined ? page : { rows: page.rows, next: end };
    },
  };
}

type Query = ReturnType<typeof listed>;
type Term = PackageFilter['terms'][number];

function listed(db: Database, scope: PackageScope, terms: readonly Term[], after: Cursor | undefined) {
  let query = db
    .selectFrom('packages')
    .selectAll('packages')
    .orderBy('packages.receivedAt', 'desc')
    .orderBy('packages.id', 'desc');
  if ('organisation' in scope) query = query.where('packages.organisation', '=', scope.organisation);
  if ('device' in scope) query = query.where('packages.device', '=', scope.device);
  if ('office' in scope)
    query = query.where('packages.caseId', 'in', (eb) =>
      eb.selectFrom('caseOffices').select('case').where('caseOffices.organisation', '=', scope.office),
    );
  for (const term of terms)
    query = query.where((eb) =>
      eb.exists(
        rowsOf(db, term)
          .where('found.organisation', '=', eb.ref('packages.organisation'))
          .where('found.receivedAt', '=', eb.ref('packages.receivedAt'))
          .where('found.package', '=', eb.ref('packages.id')),
      ),
    );
  if (after === undefined) return query;
  return query.where((eb) =>
    eb(eb.refTuple('packages.receivedAt', 'packages.id'), '<', eb.tuple(after.at, after.id)),
  );
}

/**
 * A page that must be sorted: of what is sorted, no more is read than the index has, and only the rows of the page whole.
 */
function wholeRows(db: Database, page: Query): Query {
  const ids = page.clearSelect().select('packages.id');
  return db
    .selectFrom('packages')
    .selectAll('packages')
    .where('packages.id', 'in', ids)
    .orderBy('packages.receivedAt', 'desc')
    .orderBy('packages.id', 'desc');
}

function rowsOf(db: Database, { kind, term }: Term) {
  return db
    .selectFrom('packageTerms as found')
    .select('found.package')
    .where('found.kind', '=', kind)
    .where('found.term', '=', term);
}

function cursorOf({ receivedAt, id }: Package): Cursor {
  return { at: receivedAt, id };
}

/** The last row of a term that is looked at for the page after `after`; `undefined` when the term ends before. */
async function endOfLook(
  db: Database,
  organisation: string,
  term: Term,
  times: Pick<PackageFilter, 'from' | 'until'>,
  after: Cursor | undefined,
): Promise<Cursor | undefined> {
  const row = await walk(db, organisation, term, times, after)
    .select(['packageTerms.receivedAt', 'packageTerms.package'])
    .offset(LOOKED_AT - 1)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : { at: row.receivedAt, id: row.package };
}

/** The rows of one term in the order of the list. */
function walk(
  db: Database,
  organisation: string,
  { kind, term }: Term,
  { from, until }: Pick<PackageFilter, 'from' | 'until'>,
  after: Cursor | undefined,
) {
  let query = db
    .selectFrom('packageTerms')
    .where('packageTerms.kind', '=', kind)
    .where('packageTerms.term', '=', term)
    .where('packageTerms.organisation', '=', organisation)
    .orderBy('packageTerms.receivedAt', 'desc')
    .orderBy('packageTerms.package', 'desc');
  if (from !== undefined) query = query.where('packageTerms.receivedAt', '>=', from);
  if (until !== undefined) query = query.where('packageTerms.receivedAt', '<', until);
  if (after !== undefined)
    query = query.where((eb) =>
      eb(eb.refTuple('packageTerms.receivedAt', 'packageTerms.package'), '<', eb.tuple(after.at, after.id)),
    );
  return query;
}

/** Walks the rows of one term, which lie in the order of the list: no sorting, however many packages have it. */
function termed(
  db: Database,
  organisation: string,
  term: Term,
  rest: readonly Term[],
  times: Pick<PackageFilter, 'from' | 'until'>,
  after: Cursor | undefined,
  end: Cursor | undefined,
): Query {
  let query = walk(db, organisation, term, times, after)
    // SQLite keeps the order of a CROSS JOIN; left to choose, its planner reads all packages of the organisation.
    .crossJoin('packages')
    .whereRef('packages.id', '=', 'packageTerms.package')
    .selectAll('packages')
    .where('packages.organisation', '=', organisation);
  // Judged by the terms alone, before a package is read.
  for (const other of rest)
    query = query.where((eb) =>
      eb.exists(
        rowsOf(db, other)
          .where('found.organisation', '=', eb.ref('packageTerms.organisation'))
          .where('found.receivedAt', '=', eb.ref('packageTerms.receivedAt'))
          .where('found.package', '=', eb.ref('packageTerms.package')),
      ),
    );
  if (end !== undefined)
    query = query.where((eb) =>
      eb(eb.refTuple('packageTerms.receivedAt', 'packageTerms.package'), '>=', eb.tuple(end.at, end.id)),
    );
  return query as unknown as Query;
}

function narrowed(query: Query, { caseId }: PackageFilter): Query {
  if (caseId === null) return query.where('packages.caseId', 'is', null);
  return caseId === undefined ? query : query.where('packages.caseId', '=', caseId);
}

function inTime(query: Query, { from, until }: PackageFilter): Query {
  let narrow = query;
  if (from !== undefined) narrow = narrow.where('packages.receivedAt', '>=', from);
  if (until !== undefined) narrow = narrow.where('packages.receivedAt', '<', until);
  return narrow;
}
