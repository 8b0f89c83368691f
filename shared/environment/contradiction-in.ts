import { buildDigest } from './build-digest.ts';
import { clockOffset } from './clock-offset.ts';
import { CLOCK_TOLERANCE_MS } from './clock-tolerance.ts';
import type { EnvironmentReport } from './environment-report.ts';
import type { Item } from './items.ts';
import { namesAgree } from './names-agree.ts';
import type { Observation } from './observation.ts';
import { statementsOf } from './statements-of.ts';

/**
 * Where a report says something else than the evidence it holds: the offset than its samples, the address or the build
 * than the service's words, a statement about another device, one used twice. `undefined`: nowhere.
 */
export function contradictionIn(report: EnvironmentReport, device: string): string | undefined {
  const statements = statementsOf(report);
  const foreign = statements.find(({ signed }) => signed.statement.device !== device);
  if (foreign !== undefined) return `${foreign.at} is about another device`;
  const nonces = statements.map(({ signed }) => signed.statement.nonce);
  if (new Set(nonces).size !== nonces.length) return 'a statement is used twice';
  const samples = report.inspection.items.flatMap((item) =>
    item.kind === 'clock' ? item.evidence.samples.map(({ observation }) => observation.statement) : [],
  );
  for (const item of [...report.inspection.items, ...report.items])
    if (!holds(item, samples)) return `${item.kind} is not what its evidence says`;
  return undefined;
}

type Statement = Observation['statement'];

function holds(item: Item, samples: readonly Statement[]): boolean {
  switch (item.kind) {
    case 'clock':
      return clockHolds(item);
    case 'egress-address':
      return item.finding === 'seen'
        ? samples.length > 0 && samples.every(({ address }) => address === item.evidence.address)
        : item.evidence.address === undefined;
    case 'own-files':
      return ownFilesHold(item, samples);
    case 'recheck':
      return (item.finding === 'held') === (item.evidence.sample !== undefined);
    case 'extensions':
      return item.finding === 'not-checked'
        ? item.evidence.extensions === undefined
        : item.evidence.extensions !== undefined &&
            (item.finding === 'none') === (item.evidence.extensions.length === 0);
    case 'attestation':
      return (item.finding === 'declared') === (item.evidence.sentence !== undefined);
    case 'debuggers':
      return (item.finding === 'seen') === item.evidence.signals.length > 0;
    case 'course':
      return (item.finding === 'changed') === item.evidence.changes.length > 0;
    case 'tls':
      return (
        item.finding !== 'public' || item.evidence.origins.every(({ verdict }) => verdict === 'public-root')
      );
    case 'names':
      return namesHold(item);
    default:
      return true;
  }
}

function clockHolds({ finding, evidence }: Item<'clock'>): boolean {
  const measured = clockOffset(evidence.samples);
  if (measured === undefined) return finding === 'not-measured' && evidence.offset === undefined;
  const { offset, uncertainty, roundTrip } = measured;
  const same =
    evidence.offset === offset && evidence.uncertainty === uncertainty && evidence.roundTrip === roundTrip;
  return same && finding === (Math.abs(offset) > CLOCK_TOLERANCE_MS ? 'off' : 'right');
}

function ownFilesHold({ finding, evidence }: Item<'own-files'>, samples: readonly Statement[]): boolean {
  const { build, files, name } = evidence;
  if (finding === 'not-readable') return build === undefined;
  if (build === undefined || buildDigest(files) !== build) return false;
  const told = samples.flatMap((statement) =>
    statement.build?.sha256 === build ? [statement.build.name] : [],
  );
  if (finding === 'not-compared') return told.length === 0;
  return (
    told.length > 0 &&
    told.every((one) => (one ?? undefined) === name) &&
    (finding === 'known') === (name !== undefined)
  );
}

function namesHold({ finding, evidence }: Item<'names'>): boolean {
  const { resolution, hosts, why } = evidence;
  if ((finding === 'not-checked') !== (why !== undefined)) return false;
  if (resolution === undefined) return finding === 'not-checked';
  const judged = hosts.map((host) => namesAgree(host, resolution));
  if (hosts.some(({ agrees }, n) => agrees !== judged[n])) return false;
  if (judged.every((agrees) => agrees === undefined)) return finding === 'not-checked';
  return finding === (judged.includes(false) ? 'differ' : 'agree');
}
