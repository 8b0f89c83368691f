import { type AttestationId, attestationIds, attestationSentences } from '#shared/environment/attestations';
import { buildDigest } from '#shared/environment/build-digest';
import { clockOffset } from '#shared/environment/clock-offset';
import { CLOCK_TOLERANCE_MS } from '#shared/environment/clock-tolerance';
import { type Item, type KindOf, makeItem } from '#shared/environment/items';
import type { Sample } from '#shared/environment/observation';
import type { Sha256 } from '#shared/lib/sha256';
import type { Host } from '../../host/host.ts';

/** What the items of an inspection are made of, beside what the browser tells when asked. */
export interface InspectionFacts {
  readonly host: Host;
  /** UTC ms. */
  readonly now: number;
  readonly samples: readonly Sample[];
  readonly own: OwnFiles;
  readonly attested: readonly AttestationId[];
  readonly language: 'zh' | 'en';
}

/** The extension's own files, or why they could not be read. */
export type OwnFiles =
  | { readonly files: Item<'own-files'>['evidence']['files']; readonly build: Sha256 }
  | { readonly detail: string };

const STORAGE_LOW_BYTES = 1e9;

type Finder<Kind extends KindOf<'inspection'>> = (facts: InspectionFacts) => Promise<Item<Kind>[]>;

/** How each item is found; the compiler lists what is missing. */
const finders: { readonly [Kind in KindOf<'inspection'>]: Finder<Kind> } = {
  network: async ({ host, now }) => {
    const { online, ...evidence } = host.probe.connection();
    return [makeItem('network', online ? 'online' : 'offline', now, evidence)];
  },
  proxy: async ({ host, now }) => {
    const found = await host.probe.proxy();
    if (found === undefined) return [makeItem('proxy', 'not-readable', now, {})];
    const finding = found.mode === 'system' ? 'system' : found.mode === 'direct' ? 'none' : 'set';
    return [makeItem('proxy', finding, now, found)];
  },
  'egress-address': async ({ samples, now }) => {
    const [address, ...others] = new Set(samples.map(({ observation }) => observation.statement.address));
    // Two addresses within a second: the network changed under our hands, so that none is the device's.
    return address === undefined || others.length > 0
      ? [makeItem('egress-address', 'not-seen', now, {})]
      : [makeItem('egress-address', 'seen', now, { address })];
  },
  clock: async ({ samples, now }) => {
    const measured = clockOffset(samples);
    if (measured === undefined) return [makeItem('clock', 'not-measured', now, { samples: [] })];
    const finding = Math.abs(measured.offset) > CLOCK_TOLERANCE_MS ? 'off' : 'right';
    return [makeItem('clock', finding, now, { samples: [...samples], ...measured })];
  },
  device: async ({ host, now }) => [makeItem('device', 'stated', now, await host.probe.device())],
  browser: async ({ host, now }) => {
    const { userAgent, language, timeZone } = host.facts;
    const brands = await host.probe.brands();
    return [makeItem('browser', 'stated', now, { userAgent, language, timeZone, brands })];
  },
  screen: async ({ host, now }) => {
    const screens = await host.probe.screens();
    return screens === undefined
      ? [makeItem('screen', 'not-readable', now, { screens: [] })]
      : [makeItem('screen', 'stated', now, { screens })];
  },
  extensions: async ({ host, now }) => {
    const extensions = await host.probe.otherExtensions();
    if (extensions === undefined) return [makeItem('extensions', 'not-checked', now, {})];
    return [makeItem('extensions', extensions.length === 0 ? 'none' : 'listed', now, { extensions })];
  },
  storage: async ({ host, now }) => {
    const freeBytes = Math.max(0, Math.floor(await host.freeStorage()));
    const persisted = await host.probe.persisted();
    return [
      makeItem('storage', freeBytes < STORAGE_LOW_BYTES ? 'low' : 'enough', now, { freeBytes, persisted }),
    ];
  },
  'own-files': async ({ host, own, samples, now }) => {
    const version = host.facts.extensionVersion;
    if ('detail' in own)
      return [makeItem('own-files', 'not-readable', now, { version, files: [], detail: own.detail })];
    const { files, build } = own;
    const [told] = samples.flatMap(({ observation: { statement } }) =>
      statement.build?.sha256 === build ? [statement.build] : [],
    );
    const evidence = { version, build, files: [...files] };
    if (told === undefined) return [makeItem('own-files', 'not-compared', now, evidence)];
    return told.name === null
      ? [makeItem('own-files', 'unknown', now, evidence)]
      : [makeItem('own-files', 'known', now, { ...evidence, name: told.name })];
  },
  attestation: async ({ attested, language, now }) =>
    attestationIds.map((about) =>
      attested.includes(about)
        ? makeItem('attestation', 'declared', now, {
            about,
            language,
            sentence: attestationSentences[about][language],
          })
        : makeItem('attestation', 'not-declared', now, { about }),
    ),
};

/** Finds every item of an inspection. */
export async function inspectionItems(facts: InspectionFacts): Promise<Item[]> {
  const found = await Promise.all(Object.values(finders).map((find) => find(facts)));
  return found.flat();
}

/** Reads and hashes the extension's own files. */
export async function readOwnFiles({ probe }: Pick<Host, 'probe'>): Promise<OwnFiles> {
  try {
    const files = await probe.ownFiles();
    return { files: files.map(({ path, sha256 }) => ({ path, sha256 })), build: buildDigest(files) };
  } catch (error) {
    return { detail: (error instanceof Error ? error.message : String(error)).slice(0, 500) };
  }
}
