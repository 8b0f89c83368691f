import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '#shared/lib/errors';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { openTrust, type TimeStampAuthority } from './trust/trust.ts';

/** Whoever gives the time-stamp of a renewal. */
export type Stamper = Pick<TimeStampAuthority, 'name' | 'stamp'>;

/**
 * Opens the keys of the service on a data directory for as long as `use` runs.
 * @param service `--data DIR --config FILE`, as for `start`.
 * @param now the time of asking, UTC ms.
 * @throws ConfigError SERVICE_DATA_MISSING: no service was ever started there, and renewing must not make one.
 */
export async function withAuthorities<T>(
  service: readonly string[],
  now: number,
  use: (stamper: Stamper) => Promise<T>,
): Promise<T> {
  const { dataDir, organisation, trust: configured } = readConfig(service, process.env);
  const folder = join(dataDir, 'service', 'trust');
  await access(folder).catch((cause: unknown) => {
    throw new ConfigError('SERVICE_DATA_MISSING', `no service has its keys in ${folder}`, {
      entry: '--data',
      cause,
    });
  });
  const trust = await openTrust(folder, { organisation, now: () => new Date(now), ...configured });
  try {
    return await use(firstAnswering(trust.authorities));
  } finally {
    await trust.close();
  }
}

/** The first authority that answers, in configured order. */
export function firstAnswering(authorities: readonly Stamper[]): Stamper {
  return {
    name: authorities.map(({ name }) => name).join(', '),
    async stamp(digest) {
      let failure: unknown = new TypeError('no time-stamp authority');
      for (const authority of authorities) {
        try {
          return await authority.stamp(digest);
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          failure = error;
        }
      }
      throw failure;
    },
  };
}
