import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { Fact, FactValue } from './facts.ts';
import { address, digest, phrase, text } from './values.ts';

/** What captures of the kinds step, region and file state besides; nothing for others. */
export function kindFacts(record: CaptureRecord): readonly Fact[] {
  return [...sequenceFact(record), ...regionFact(record), ...fileFact(record)];
}

/** Its number and label are the person's word, its predecessor the device's. */
function sequenceFact({ sequence }: CaptureRecord): Fact[] {
  if (sequence === undefined) return [];
  const { id, title, index, label, previous, last } = sequence;
  const values: FactValue[] = [phrase('sequence-step', String(index), id, title, label)];
  if (previous === null) values.push(phrase('sequence-first'));
  else if (previous.record === null) values.push(phrase('sequence-follows-failed', previous.capture));
  else values.push(phrase('sequence-follows', previous.capture), digest(previous.record));
  if (previous?.labelWithdrawn === true) values.push(phrase('sequence-withdrawn'));
  if (last === true) values.push(phrase('sequence-last'));
  return [{ label: 'sequence', mark: 'operator-attested', values }];
}

/** Where the region lay, before and after the reload, and the beginning of its text. */
function regionFact({ artefacts }: CaptureRecord): Fact[] {
  const regions = artefacts.filter(({ kind }) => kind === 'region-text');
  const [first] = regions;
  if (first === undefined) return [];
  const values: FactValue[] = [
    phrase(about(first, 'by') === 'element' ? 'region-element' : 'region-rectangle'),
    text(about(first, 'path')),
  ];
  for (const one of regions) {
    const place = ['x', 'y', 'width', 'height'].map((name) => about(one, name));
    values.push(phrase(about(one, 'phase') === 'found' ? 'region-found' : 'region-reloaded', ...place));
    values.push(phrase('region-text', about(one, 'characters')), text(about(one, 'text')));
  }
  return [{ label: 'region', mark: 'device-reported', values }];
}

function fileFact({ artefacts }: CaptureRecord): Fact[] {
  const file = artefacts.find(({ kind }) => kind === 'file');
  if (file === undefined) return [];
  const values: FactValue[] = [
    phrase('file-name', about(file, 'name'), about(file, 'mediaType'), about(file, 'status')),
    phrase('file-size', String(file.bytes)),
    digest(file.sha256),
    phrase('file-again'),
    address(about(file, 'url')),
  ];
  if (about(file, 'origin') !== '') values.push(address(about(file, 'origin')));
  if (about(file, 'linkPath') !== '')
    values.push(phrase('file-link', about(file, 'linkText'), about(file, 'linkPath')));
  if (file.about?.complete === false) values.push(phrase('file-partial'));
  return [{ label: 'file', mark: 'device-reported', values }];
}

function about({ about: facts }: CaptureRecord['artefacts'][number], name: string): string {
  return String(facts?.[name] ?? '');
}
