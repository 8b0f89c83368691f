import { journal } from '../store/append-journal.ts';
import type { CapturingContext } from './context.ts';

/** A new version of the extension waits until no capture runs: listening for it is what makes the browser wait. */
export interface HeldUpdate {
  /** The browser has a new version ready. */
  offered(version: string): Promise<void>;
  /** Puts a waiting version in force when nothing runs. */
  apply(): Promise<void>;
}

/** @param ready resolves when captures of an earlier life of the worker are marked */
export function holdUpdates(
  { database, clock, host }: Pick<CapturingContext, 'database' | 'clock' | 'host'>,
  ready: Promise<void>,
): HeldUpdate {
  let waiting: string | undefined;
  const apply = async () => {
    await ready;
    if (waiting === undefined) return;
    const running = await database.captures.where({ state: 'draft' }).count();
    if (running > 0) return;
    await journal(database, clock, 'update-applied', { version: waiting });
    host.applyUpdate();
  };
  return {
    offered: async (version) => {
      await ready;
      waiting = version;
      const from = host.facts.extensionVersion;
      await journal(database, clock, 'update-held', { version, from });
      await host.wakeRegularly(true);
      await apply();
    },
    apply,
  };
}
