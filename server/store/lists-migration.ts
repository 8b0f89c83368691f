import type { Kysely } from 'kysely';

/** An index in which lists of cases by number need no sorting, however many there are. */
export async function lists({ schema }: Kysely<unknown>): Promise<void> {
  await schema.createIndex('cases_by_number').on('cases').columns(['organisation', 'number', 'id']).execute();
}
