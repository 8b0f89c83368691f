import type { Observation } from '#shared/environment/observation';
import type { Sha256 } from '#shared/lib/sha256';
import type { IntakeContext } from './intake-context.ts';
import type { KnownBuilds } from './known-builds.ts';
import { signStatement } from './sign-statement.ts';

/** What a device asks, and the address it asks from. */
export interface Glimpse {
  readonly device: string;
  readonly address: string;
  readonly nonce: Sha256;
  readonly build: Sha256 | undefined;
}

/** What the service can do for devices beside sealing. */
export interface DeviceServices {
  readonly knownBuilds: KnownBuilds;
  readonly resolvesNames: boolean;
}

/**
 * Tells a device under the service's signature what the service sees: its own time, the address the device asks from,
 * whether it knows the build. The time is taken last, as close to the answer as the signature allows.
 */
export async function observeDevice(
  { signer, now }: Pick<IntakeContext, 'signer' | 'now'>,
  { knownBuilds, resolvesNames }: DeviceServices,
  { device, address, nonce, build }: Glimpse,
): Promise<Observation> {
  const known =
    build === undefined ? null : { sha256: build, name: (await knownBuilds.nameOf(build)) ?? null };
  return signStatement(signer, {
    type: 'evidence-observation/v1' as const,
    device,
    nonce,
    at: now().toISOString(),
    address,
    build: known,
    resolvesNames,
  });
}
