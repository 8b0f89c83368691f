import { Resolver } from 'node:dns/promises';
import type { NameResolution } from '#shared/environment/name-resolution';
import type { Sha256 } from '#shared/lib/sha256';
import type { IntakeContext } from './intake-context.ts';
import { signStatement } from './sign-statement.ts';

/** Asks one DNS server; nothing is ever connected to, so it does not matter which addresses come back. */
export interface NameResolver {
  /** Its address, or `system`. */
  readonly name: string;
  /** A and AAAA records. `error`: why there are none, e.g. `ENOTFOUND`. */
  lookUp(host: string): Promise<{ addresses: string[]; error: string | null }>;
}

const TIMEOUT_MS = 2000;
const MAX_ADDRESSES = 100;

/** @param server `address` or `address:port`; `undefined`: as the operating system is set */
export function nameResolver(server: string | undefined): NameResolver {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  if (server !== undefined) resolver.setServers([server]);
  return {
    name: server ?? 'system',
    lookUp: async (host) => {
      const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      const failed = answers.find((answer) => answer.status === 'rejected');
      const error = addresses.length > 0 || failed === undefined ? null : codeOf(failed.reason);
      return { addresses: addresses.sort().slice(0, MAX_ADDRESSES), error };
    },
  };
}

/** What each resolver answers for each name, under the service's signature. */
export async function resolveNames(
  { signer, now }: Pick<IntakeContext, 'signer' | 'now'>,
  resolvers: readonly NameResolver[],
  { device, nonce, hosts }: { device: string; nonce: Sha256; hosts: readonly string[] },
): Promise<NameResolution> {
  const answers = await Promise.all(
    [...new Set(hosts)].flatMap((host) =>
      resolvers.map(async ({ name, lookUp }) => ({ host, resolver: name, ...(await lookUp(host)) })),
    ),
  );
  const type = 'evidence-name-resolution/v1' as const;
  return signStatement(signer, { type, device, nonce, at: now().toISOString(), answers });
}

function codeOf(reason: unknown): string {
  const { code } = reason as { code?: unknown };
  return typeof code === 'string' ? code.slice(0, 40) : 'EUNKNOWN';
}
