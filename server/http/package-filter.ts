import type * as v from 'valibot';
import type { packagesQuery } from '#shared/api/cases';
import { type Caller, organisationOf } from '../identity/caller.ts';
import type { PackageFilter } from '../store/package-search.ts';
import { urlTerm } from '../store/package-terms.ts';
import type { Store } from '../store/store.ts';
import { present } from './present.ts';

/** What a query asks for; `undefined` when it names a case number the caller's organisation does not have. */
export async function packageFilterOf(
  store: Store,
  caller: Caller,
  query: v.InferOutput<typeof packagesQuery>,
): Promise<PackageFilter | undefined> {
  const { number, url, host, hash, capture } = query;
  let caseId: string | null | undefined = query.case === 'none' ? null : query.case;
  if (number !== undefined) {
    const found = await store.cases.byNumber(organisationOf(caller) ?? '', number);
    if (found === undefined || (caseId !== undefined && caseId !== found.id)) return undefined;
    caseId = found.id;
  }
  // The rarest first: the search walks the rows of the first.
  const terms: PackageFilter['terms'] = [
    ...(hash === undefined ? [] : [{ kind: 'hash' as const, term: hash }]),
    ...(capture === undefined ? [] : [{ kind: 'capture' as const, term: capture }]),
    ...(url === undefined ? [] : [{ kind: 'url' as const, term: urlTerm(withScheme(url)) }]),
    ...(host === undefined ? [] : [{ kind: 'host' as const, term: host }]),
  ];
  const times = {
    from: query.from === undefined ? undefined : Date.parse(query.from),
    until: query.until === undefined ? undefined : Date.parse(query.until),
  };
  return { terms, ...present(times), ...(caseId === undefined ? {} : { caseId }) };
}

/** People leave the scheme out; terms have none. */
function withScheme(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `https://${url}`;
}
