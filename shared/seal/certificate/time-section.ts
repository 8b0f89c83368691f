import type { JournalLine } from '#shared/journal/entry';
import { seconds } from '../instant.ts';
import type { AuthorityName, Fact, FactSection, FactValue } from './facts.ts';
import type { CertificateInput } from './input.ts';
import { itemFacts } from './item-facts.ts';
import { instant, phrase } from './values.ts';

/** 4 时间校对: t0, t1, what each rests on, and the seconds for which only the device vouches. */
export function timeSection(input: CertificateInput): FactSection {
  const { bundle, receipt, sealedAt } = input;
  const { record, challengeTime, anchorTime } = bundle;
  const receivedAt = Date.parse(receipt.receipt.receivedAt);
  const facts: Fact[] = [
    {
      label: 't0',
      mark: 'service-observed',
      values:
        challengeTime === undefined
          ? [phrase('t0-absent')]
          : [instant(challengeTime), ...restsOn('t0-rests', input.challengeAuthority)],
    },
    {
      label: 't1',
      mark: 'service-observed',
      values:
        anchorTime === undefined
          ? [phrase('t1-absent')]
          : [instant(anchorTime), ...restsOn('t1-rests', input.anchorAuthority)],
    },
    { label: 'interval', mark: 'service-observed', values: [interval(challengeTime, anchorTime)] },
    {
      label: 'before-anchor',
      mark: 'device-reported',
      values: [
        anchorTime === undefined
          ? phrase(
              'before-receipt',
              seconds(receivedAt - record.startedAt),
              seconds(receivedAt - record.closedAt),
            )
          : phrase(
              'before-anchor',
              seconds(anchorTime - record.startedAt),
              seconds(anchorTime - record.closedAt),
            ),
      ],
    },
    { label: 'clock-offset', mark: 'service-observed', values: [clockOffset(input)] },
    { label: 'clock-changes', mark: 'device-reported', values: clockChanges(input) },
    ...(bundle.environment === undefined ? [] : itemFacts(bundle.environment, ['clock', 'recheck'])),
    { label: 'received-at', mark: 'service-observed', values: [instant(receivedAt)] },
    { label: 'sealed-at', mark: 'service-observed', values: [instant(sealedAt)] },
  ];
  return { key: 'time', facts };
}

/** What a token rests on: its authority, by name and standing. */
function restsOn(key: 't0-rests' | 't1-rests', authority: AuthorityName | undefined): FactValue[] {
  const { name, standing } = authority ?? { name: '?', standing: 'unknown' };
  return [phrase(key, name), phrase(standing)];
}

function interval(t0: number | undefined, t1: number | undefined): FactValue {
  return t0 === undefined || t1 === undefined
    ? phrase('interval-unknown')
    : phrase('interval', seconds(t1 - t0));
}

/**
 * The device's clock against the service's: the challenge was issued (service clock) between the journal's
 * `challenge-requested` and `challenge-received` (device clock), so the offset lies between the two differences.
 */
function clockOffset({ bundle: { challenge, journal } }: CertificateInput): FactValue {
  // One carried in was issued long before it was taken.
  if (challenge === undefined || challenge.challenge.version === 2) return phrase('clock-unknown');
  const requested = at(journal, 'challenge-requested');
  const received = at(journal, 'challenge-received');
  if (requested === undefined || received === undefined) return phrase('clock-unknown');
  const issued = Date.parse(challenge.challenge.issuedAt);
  return phrase('clock-between', seconds(requested - issued), seconds(received - issued));
}

/** As the record lists them; the journal may hold one more that came while it was being closed. */
function clockChanges({ bundle: { record, journal } }: CertificateInput): FactValue[] {
  const changes = record.clockChanges;
  if (changes === undefined) return [phrase('clock-not-watched')];
  const entries = journal.filter(({ event }) => event === 'clock-changed');
  if (changes.length === 0 && entries.length === 0) return [phrase('clock-steady')];
  const unlisted = entries.slice(changes.length).map((entry) => ({ at: entry.at, byMs: Number.NaN }));
  return [...changes, ...unlisted].flatMap((change) => [
    phrase('clock-moved', Number.isNaN(change.byMs) ? '?' : seconds(change.byMs)),
    instant(change.at),
  ]);
}

function at(journal: readonly JournalLine[], event: JournalLine['event']): number | undefined {
  return journal.find((line) => line.event === event && line.detail !== undefined)?.at;
}
