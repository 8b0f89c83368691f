import type { SpaceGuard } from '../store/free-space.ts';
import type { LeafLog } from './intake-context.ts';

/** The log, asked only while there is room: a log that meets a full disk stops for good, and the service with it. */
export function sparingLog(log: LeafLog, space: SpaceGuard): LeafLog {
  return {
    vkey: log.vkey,
    checkpoint: () => log.checkpoint(),
    async append(leaf) {
      await space.require('leaf', leaf.length);
      return log.append(leaf);
    },
  };
}
