import type { CaptureRecord } from '#shared/bundle/capture-record';
import { type SourceClass, sourceClass } from '../source-class.ts';
import type { Fact, FactSection, FactValue } from './facts.ts';
import { kindFacts } from './kind-facts.ts';
import type { PhraseKey } from './text.ts';
import { address, instant, phrase, text } from './values.ts';

/** 1 提交与对象: who submitted which address when, for which case, and what page it was. */
export function subjectSection(record: CaptureRecord): FactSection {
  const facts: Fact[] = [
    { label: 'makers', mark: 'operator-attested', values: makers(record) },
    {
      label: 'device',
      mark: 'device-reported',
      values: [phrase('device', record.device.id, record.device.name)],
    },
    { label: 'case', mark: 'operator-attested', values: [caseValue(record)] },
    { label: 'purpose', mark: 'operator-attested', values: [stated(record.purpose)] },
    {
      label: 'capture',
      mark: 'device-reported',
      values: [{ type: 'capture', kind: record.kind, mode: record.mode }],
    },
    { label: 'submitted-at', mark: 'device-reported', values: [instant(record.startedAt)] },
    { label: 'requested-url', mark: 'device-reported', values: [address(record.url.requested)] },
    { label: 'final-url', mark: 'device-reported', values: [address(record.url.final)] },
    { label: 'title', mark: 'device-reported', values: [stated(record.title)] },
    { label: 'source', mark: 'device-reported', values: [phrase(sourcePhrase[sourceOf(record)])] },
  ];
  return { key: 'subject', facts: [...facts, ...kindFacts(record)] };
}

/** The least public of the requested and the final address. */
export function sourceOf({ url }: CaptureRecord): SourceClass {
  const classes = [sourceClass(url.requested), sourceClass(url.final)];
  return classes.find((one) => one !== 'public') ?? 'public';
}

const sourcePhrase: Readonly<Record<SourceClass, PhraseKey>> = {
  public: 'source-public',
  'local-file': 'source-local-file',
  loopback: 'source-loopback',
  private: 'source-private',
};

function makers(record: CaptureRecord): FactValue[] {
  if (record.makers.length === 0) return [phrase('no-maker')];
  return record.makers.map(({ name, certificate, role }) =>
    text([name, role, certificate].filter((part) => part !== undefined && part !== '').join(' · ')),
  );
}

function caseValue(record: CaptureRecord): FactValue {
  if (record.case === null) return phrase('unassigned');
  return text([record.case.number, record.case.title].filter((part) => part !== '').join(' · '));
}

function stated(value: string): FactValue {
  return value.trim() === '' ? phrase('not-stated') : text(value);
}
