import type { EnvironmentReport } from '#shared/environment/environment-report';
import type { Item, ItemKind } from '#shared/environment/items';
import type { Fact, FactValue } from './facts.ts';
import { digest, phrase, text } from './values.ts';

/** Extensions named one by one on the certificate; the report has them all. */
const NAMED = 20;
const MB = 1_000_000;

/** What is printed of each kind of item; a new kind does not compile without its row. */
const printed: { readonly [Kind in ItemKind]: (item: Item<Kind>) => readonly FactValue[] } = {
  network: ({ finding, evidence: { type, effectiveType } }) => [
    finding === 'offline'
      ? phrase('network-offline')
      : phrase('network-online', joined([type, effectiveType])),
  ],
  proxy: ({ finding, evidence: { mode = '', servers = [] } }) => [
    finding === 'set' ? phrase('proxy-set', joined([mode, ...servers])) : phrase(`proxy-${finding}`),
  ],
  'egress-address': ({ evidence: { address } }) => [
    address === undefined ? phrase('egress-not-seen') : text(address),
  ],
  clock: ({ evidence: { offset, uncertainty, roundTrip, samples } }) => [
    offset === undefined
      ? phrase('clock-not-measured')
      : phrase('clock-measured', ...[offset, uncertainty ?? 0, roundTrip ?? 0, samples.length].map(String)),
  ],
  device: ({ evidence: { system, systemVersion, architecture, processors, memory } }) => [
    text(
      joined([
        joined([system, systemVersion], ' '),
        architecture,
        `${processors} CPU`,
        memory === undefined ? undefined : `${memory} GiB`,
      ]),
    ),
  ],
  browser: ({ evidence: { brands } }) => [text(brands.join(' · '))],
  screen: ({ finding, evidence: { screens } }) =>
    finding === 'not-readable'
      ? [phrase('screens-not-readable')]
      : screens.map(({ width, height, scale }) =>
          phrase('screen-stated', ...[width, height, scale ?? '?'].map(String)),
        ),
  extensions: ({ finding, evidence: { extensions = [] } }) => {
    if (finding !== 'listed') return [phrase(`extensions-${finding}`)];
    const on = extensions.filter(({ enabled }) => enabled);
    return [
      phrase('extensions-counted', String(extensions.length), String(on.length)),
      ...on.slice(0, NAMED).map(({ name, version, id }) => text(joined([`${name} ${version}`, id]))),
    ];
  },
  storage: ({ finding, evidence: { freeBytes } }) => [
    phrase(finding === 'low' ? 'storage-low' : 'storage-free', String(Math.floor(freeBytes / MB))),
  ],
  'own-files': ({ finding, evidence: { version, build, name = '', detail = '' } }) => [
    text(version),
    finding === 'known' || finding === 'not-readable'
      ? phrase(`build-${finding}`, finding === 'known' ? name : detail)
      : phrase(`build-${finding}`),
    ...(build === undefined ? [] : [digest(build)]),
  ],
  attestation: ({ finding, evidence: { about, sentence = '' } }) => [
    finding === 'declared' ? text(sentence) : phrase(`declared-${about}`),
  ],
  recheck: ({ finding, evidence: { sample } }) => {
    if (finding === 'just-begun') return [phrase('recheck-just-begun')];
    if (sample === undefined) return [phrase('recheck-unconfirmed')];
    const { asked, roundTrip, observation } = sample;
    const offset = Math.round(asked + roundTrip / 2 - Date.parse(observation.statement.at));
    return [phrase('recheck-held', String(offset), String(roundTrip))];
  },
  window: ({ finding, evidence: { private: isPrivate, width = 0, height = 0, zoom = 1 } }) =>
    finding === 'not-readable'
      ? [phrase('window-not-readable')]
      : [
          phrase('window-stated', ...[width, height, zoom].map(String)),
          ...(isPrivate === true ? [phrase('window-private')] : []),
        ],
  debuggers: ({ finding, evidence: { signals } }) => {
    if (finding !== 'seen')
      return [phrase(finding === 'none-seen' ? 'debuggers-none' : 'debuggers-not-checked')];
    return signals.map(({ signal, detail }) => phrase('tamper-signal', signal, detail));
  },
  course: ({ finding, evidence: { changes } }) =>
    finding === 'changed' ? changes.map((reason) => phrase(`end-${reason}`)) : [phrase(`course-${finding}`)],
  tls: ({ evidence: { origins } }) => {
    if (origins.length === 0) return [phrase('tls-none')];
    const counted = (wanted: string) => String(origins.filter(({ verdict }) => verdict === wanted).length);
    return [
      phrase('tls-counted', ...['public-root', 'private-root', 'plain-http', 'not-checked'].map(counted)),
    ];
  },
  names: ({ evidence: { hosts, why } }) => {
    if (why !== undefined) return [phrase(`names-${why}`)];
    return hosts.map(({ host, connected, agrees }) => {
      if (agrees === undefined) return phrase('names-unanswered', host);
      return agrees ? phrase('names-agree', host) : phrase('names-differ', host, connected.join(', '));
    });
  },
};

/** The items of these kinds as facts, in this order. Attestations come as what was declared and what was not. */
export function itemFacts(report: EnvironmentReport, kinds: readonly ItemKind[]): Fact[] {
  const all = [...report.inspection.items, ...report.items];
  return kinds.flatMap((kind) => {
    const found = all.filter((item) => item.kind === kind);
    if (kind === 'attestation') return attestationFacts(found);
    return found.map((item) => ({ label: `item-${kind}` as const, mark: item.mark, values: valuesOf(item) }));
  });
}

function valuesOf(item: Item): readonly FactValue[] {
  const print = printed[item.kind] as (one: Item) => readonly FactValue[];
  return print(item);
}

function attestationFacts(found: readonly Item[]): Fact[] {
  const [declared, silent] = [true, false].map((wanted) =>
    found.filter(({ finding }) => (finding === 'declared') === wanted),
  ) as [Item[], Item[]];
  const label = 'item-attestation' as const;
  const facts: Fact[] = [];
  if (declared.length > 0)
    facts.push({ label, mark: 'operator-attested', values: declared.flatMap(valuesOf) });
  if (silent.length > 0)
    facts.push({
      ...{ label, mark: 'not-possible' },
      values: [phrase('not-attested', String(silent.length)), ...silent.flatMap(valuesOf)],
    });
  return facts;
}

function joined(parts: readonly (string | undefined)[], separator = ' · '): string {
  return parts.filter((part) => part !== undefined && part !== '').join(separator);
}
