import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { EnvironmentReport } from '#shared/environment/environment-report';
import type { ItemKind } from '#shared/environment/items';
import type { Fact, FactSection, FactValue } from './facts.ts';
import type { CertificateInput, DocumentConnection } from './input.ts';
import { inspectionFact } from './inspection-fact.ts';
import { itemFacts } from './item-facts.ts';
import { secondLookFact } from './second-look-fact.ts';
import type { PhraseKey } from './text.ts';
import { instant, phrase, text } from './values.ts';

const networkItems: readonly ItemKind[] = ['egress-address', 'network', 'proxy', 'tls', 'names'];
const environmentItems: readonly ItemKind[] = [
  ...(['own-files', 'debuggers', 'extensions', 'course', 'device', 'browser'] as const),
  ...(['screen', 'window', 'storage', 'attestation'] as const),
];

/** 2 网络环境检测: what is known of the way the page took, and what no browser can see. */
export function networkSection({ bundle, connection = {}, secondLooks = [] }: CertificateInput): FactSection {
  const facts: Fact[] = [
    {
      label: 'target-address',
      mark: 'device-reported',
      values: [connection.address === undefined ? phrase('not-recorded') : text(connection.address)],
    },
    {
      label: 'connection',
      mark: 'device-reported',
      values: connectionValues(connection, bundle.record.url.final),
    },
    { label: 'cache', mark: 'device-reported', values: [phrase(cacheState(bundle.record))] },
    secondLookFact(secondLooks),
  ];
  const { environment } = bundle;
  const further: Fact[] =
    environment === undefined
      ? [
          { label: 'egress-address', mark: 'service-observed', values: [phrase('egress-not-recorded')] },
          { label: 'proxy-and-hosts', mark: 'not-possible', values: [phrase('not-readable-from-browser')] },
        ]
      : itemFacts(environment, networkItems);
  return { key: 'network', facts: [...facts, ...further] };
}

function cacheState({ mode, notCaptured }: CaptureRecord): PhraseKey {
  if (mode === 'as-is') return 'cache-as-is';
  return notCaptured.some(({ what }) => what === 'reload') ? 'cache-reload-failed' : 'cache-bypassed';
}

function connectionValues(connection: DocumentConnection, url: string): FactValue[] {
  if (url.startsWith('http:')) return [phrase('connection-plain')];
  const { tls, publicRoot } = connection;
  if (tls === undefined) return [phrase('not-recorded'), phrase('root-not-checked')];
  const root =
    publicRoot === undefined
      ? 'root-not-checked'
      : publicRoot
        ? ('root-public' as const)
        : ('root-private' as const);
  return [
    phrase('connection-tls', tls.protocol, tls.subject, tls.issuer),
    instant(tls.validFrom),
    instant(tls.validTo),
    phrase(root),
  ];
}

/** 3 本地环境检测(清洁性检查): device-reported items, and those a browser extension cannot look at. */
export function environmentSection({ bundle }: CertificateInput): FactSection {
  const { record, environment: report } = bundle;
  const { environment, tamperSignals } = record;
  const { width, height, scale } = environment.viewport;
  const facts: Fact[] = [
    { label: 'browser', mark: 'device-reported', values: [text(environment.userAgent)] },
    { label: 'extension', mark: 'device-reported', values: [text(environment.extensionVersion)] },
    {
      label: 'locale',
      mark: 'device-reported',
      values: [text(`${environment.language} · ${environment.timeZone}`)],
    },
    { label: 'viewport', mark: 'device-reported', values: [text(`${width} × ${height} × ${scale}`)] },
    {
      label: 'tamper-signals',
      mark: 'device-reported',
      values:
        tamperSignals.length === 0
          ? [phrase('no-tamper-signal')]
          : tamperSignals.map(({ signal, detail }) => phrase('tamper-signal', signal, detail)),
    },
  ];
  return { key: 'environment', facts: [...facts, ...reportFacts(report)] };
}

function reportFacts(report: EnvironmentReport | undefined): Fact[] {
  const included = report === undefined ? 'report-absent' : 'report-included';
  const first: Fact = { label: 'environment-report', mark: 'device-reported', values: [phrase(included)] };
  if (report !== undefined) return [first, inspectionFact(report), ...itemFacts(report, environmentItems)];
  return [
    first,
    { label: 'cleanliness', mark: 'operator-attested', values: [phrase('not-declared')] },
    { label: 'processes', mark: 'not-possible', values: [phrase('not-readable-from-browser')] },
  ];
}
