import { expect, test } from 'vitest';
import { type FolderPackage, sequencesOf } from './sequences.ts';

const id = 'SEQ-0123abcd-00000001';
const digest = (index: number, variant = 'a') => `${variant}${index}`.padEnd(64, '0');

function step(
  index: number,
  more: Partial<NonNullable<FolderPackage['facts']['sequence']>> = {},
): FolderPackage {
  const capture = (n: number) => `CAP-0123abcd-${n}`;
  const previous = index === 1 ? null : { capture: capture(index - 1), record: digest(index - 1) };
  return {
    file: `${index}.asice`,
    facts: {
      capture: capture(index),
      sequence: {
        ...{ id, title: '购买', index, label: `步骤 ${index}`, record: digest(index) },
        previous: previous as never,
        ...more,
      },
    },
  };
}

const codes = (packages: FolderPackage[]) =>
  sequencesOf(packages).map(({ findings }) =>
    findings.map(({ code, index }) => `${code} ${index ?? ''}`.trim()),
  );

test('steps in whatever order of files are listed in theirs, without a finding', () => {
  const [report] = sequencesOf([step(3, { last: true }), step(1), step(2)]);
  expect(report?.steps.map(({ index, label, file }) => [index, label, file])).toEqual([
    [1, '步骤 1', '1.asice'],
    [2, '步骤 2', '2.asice'],
    [3, '步骤 3', '3.asice'],
  ]);
  expect(report?.findings).toEqual([]);
});

test('a missing step is named, at the beginning too; a missing end can only be suspected', () => {
  expect(codes([step(1), step(3, { last: true })])).toEqual([['missing 2']]);
  expect(codes([step(2), step(3, { last: true })])).toEqual([['missing 1']]);
  expect(codes([step(1), step(2)])).toEqual([['open']]);
});

test('a step exchanged for another, two packages for one step, a step after the last', () => {
  expect(codes([step(1, { record: digest(1, 'b') }), step(2, { last: true })])).toEqual([['conflict 1']]);
  expect(codes([step(1), step(1, { record: digest(1, 'b') }), step(2, { last: true })])).toEqual([
    ['conflict 1'],
  ]);
  expect(codes([step(1, { last: true }), step(2)])).toEqual([['conflict 2']]);
});

test('the same package twice is no conflict; a failed step and a withdrawn label are said', () => {
  expect(codes([step(1), step(1), step(2, { last: true })])).toEqual([[]]);
  const afterFailure = step(2, { last: true, previous: { capture: 'CAP-0123abcd-1', record: null } });
  expect(codes([afterFailure])).toEqual([['failed-step 1']]);
  const previous = { capture: 'CAP-0123abcd-1', record: digest(1) as never, labelWithdrawn: true as const };
  expect(codes([step(1), step(2, { last: true, previous })])).toEqual([['label-withdrawn 1']]);
});

test('packages of other kinds are no sequence', () => {
  expect(sequencesOf([{ file: 'x.asice', facts: {} }])).toEqual([]);
});
