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

/** Finds packages, newest first, a page at a time. */
export interface PackageSearch {
  find(scope: PackageScope, filter: PackageFilter, limit: number, after?: Cursor): Promise<Page<Package>>;
}

export function createPackageSearch(db: Database): PackageSearch {
  return {
    async find(scope, filter, limit, after) {
      // The packages of one case are fewer than those of most terms.
      const isTermed = 'organisation' in scope && typeof filter.caseId !== 'string';
      const [first, ...rest] = isTermed ? filter.terms : [];
      const query =
        first === undefined || !('organisation' in scope)
          ? listed(db, scope, filter.terms, after)
          : termed(db, scope.organisation, first, rest, after);
      const rows = await narrowed(query, filter)
        .limit(limit + 1)
        .execute();
      return toPage(rows, limit, ({ receivedAt, id }) => ({ at: receivedAt, id }));
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

function rowsOf(db: Database, { kind, term }: Term) {
  return db
    .selectFrom('packageTerms as found')
    .select('found.package')
    .where('found.kind', '=', kind)
    .where('found.term', '=', term);
}

/** Walks the rows of one term, which lie in the order of the list: no sorting, however many packages have it. */
function termed(
  db: Database,
  organisation: string,
  { kind, term }: Term,
  rest: readonly Term[],
  after: Cursor | undefined,
): Query {
  let query = db
    .selectFrom('packageTerms')
    // SQLite keeps the order of a CROSS JOIN; left to choose, its planner reads all packages of the organisation.
    .crossJoin('packages')
    .whereRef('packages.id', '=', 'packageTerms.package')
    .selectAll('packages')
    .where('packageTerms.kind', '=', kind)
    .where('packageTerms.term', '=', term)
    .where('packageTerms.organisation', '=', organisation)
    .where('packages.organisation', '=', organisation)
    .orderBy('packageTerms.receivedAt', 'desc')
    .orderBy('packageTerms.package', 'desc');
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
  if (after !== undefined)
    query = query.where((eb) =>
      eb(eb.refTuple('packageTerms.receivedAt', 'packageTerms.package'), '<', eb.tuple(after.at, after.id)),
    );
  return query as unknown as Query;
}

function narrowed(query: Query, { caseId, from, until }: PackageFilter): Query {
  let narrow = query;
  if (caseId === null) narrow = narrow.where('packages.caseId', 'is', null);
  else if (caseId !== undefined) narrow = narrow.where('packages.caseId', '=', caseId);
  if (from !== undefined) narrow = narrow.where('packages.receivedAt', '>=', from);
  if (until !== undefined) narrow = narrow.where('packages.receivedAt', '<', until);
  return narrow;
}
