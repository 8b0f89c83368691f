import type { OfflineState } from '../messages/protocol.ts';
import { authorities } from './authorities.ts';
import type { FinishingContext } from './context.ts';

/** Carried-in challenges left, and the authorities asked when the service is away. */
export async function offlineState({ database }: Pick<FinishingContext, 'database'>): Promise<OfflineState> {
  const { urls, roots } = await authorities(database);
  return {
    challenges: await database.carried.where({ usedBy: '' }).count(),
    authorities: urls,
    roots,
    managed: (await database.settings.get('managed-authorities')) !== undefined,
  };
}
