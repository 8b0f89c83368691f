import type { Database } from './database.ts';
import { OPERATOR } from './people-migration.ts';
import type { OrganisationRow } from './people-tables.ts';

type Organisation = Readonly<OrganisationRow>;

/** Organisations 机构. The first, `operator`, runs the service and always exists. */
export interface Organisations {
  add(row: Organisation): Promise<void>;
  get(id: string): Promise<Organisation | undefined>;
  /** Gives the operating organisation the configured name. */
  nameOperator(name: string): Promise<void>;
  /** All of them, at most `limit`, by name. */
  list(limit: number): Promise<readonly Organisation[]>;
}

export function createOrganisations(db: Database): Organisations {
  return {
    async add(row) {
      await db.insertInto('organisations').values(row).execute();
    },
    get: (id) => db.selectFrom('organisations').selectAll().where('id', '=', id).executeTakeFirst(),
    async nameOperator(name) {
      await db.updateTable('organisations').set({ name }).where('id', '=', OPERATOR).execute();
    },
    list: (limit) => db.selectFrom('organisations').selectAll().orderBy('name').limit(limit).execute(),
  };
}
