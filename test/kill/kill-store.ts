import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../server/store/database.ts';
import { openPostgres } from '../../server/store/open-postgres.ts';
import { startPostgres } from '../fixtures/postgres.ts';

/** Where a killed service keeps its metadata. */
export interface KillStore {
  /** Opens it when no service does. */
  open(): Promise<Database>;
  remove(): Promise<void>;
}

type Make = (dataDir: string) => Promise<KillStore>;

/** Each configures the service of a data directory that is still empty. */
export const killStores = {
  sqlite: async (dataDir) => ({
    open: () => openDatabase(join(dataDir, 'service', 'service.db')),
    remove: async () => undefined,
  }),
  postgres: async (dataDir) => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    await writeFile(
      join(dataDir, 'config.json'),
      JSON.stringify({ database: { provider: 'postgres', url } }),
    );
    return { open: () => openPostgres({ url, connections: 2 }, () => undefined), remove: server.remove };
  },
} satisfies Record<string, Make>;

export function isKillStore(name: string): name is keyof typeof killStores {
  return Object.hasOwn(killStores, name);
}
