import { clockOffset } from '#shared/environment/clock-offset';
import type { Sighting } from '#shared/environment/inspection-end';
import type { Sample } from '#shared/environment/observation';
import type { CapturingContext } from '../context.ts';

/**
 * What can be seen of the surroundings now. Without samples the service was not asked.
 * @param life names this life of the service worker
 */
export async function lookAround(
  { database, clock, host }: CapturingContext,
  life: string,
  samples: readonly Sample[],
): Promise<Sighting> {
  const { probe, facts } = host;
  const [proxy, extensions, service] = await Promise.all([
    probe.proxy(),
    probe.otherExtensions(),
    database.service.get('service'),
  ]);
  const { type } = probe.connection();
  const [address] = samples.map(({ observation }) => observation.statement.address);
  const offset = clockOffset(samples);
  return {
    at: clock.now(),
    mono: clock.mono(),
    life,
    network: JSON.stringify([type ?? '', proxy?.mode ?? '', proxy?.servers ?? []]),
    software: facts.extensionVersion,
    ...(extensions === undefined
      ? {}
      : { extensions: JSON.stringify(extensions.map(({ id, version, enabled }) => [id, version, enabled])) }),
    ...(service === undefined ? {} : { service: service.origin }),
    ...(address === undefined ? {} : { egress: address }),
    ...(offset === undefined ? {} : { offset: { offset: offset.offset, uncertainty: offset.uncertainty } }),
  };
}
