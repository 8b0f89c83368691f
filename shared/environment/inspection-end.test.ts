import { describe, expect, test } from 'vitest';
import { clockJump, INSPECTION_MS, inspectionEnd, type Sighting } from './inspection-end.ts';

const begunAt = Date.UTC(2026, 10, 29, 1);
const first: Sighting = {
  ...{ at: begunAt, mono: 1000, life: 'a', network: '["",""]', software: '0.1.0' },
  ...{ service: 'https://evidence.example', egress: '192.0.2.1', extensions: '[]' },
  offset: { offset: 10, uncertainty: 5 },
};
const operators = [{ name: '张三', certificate: '01' }, { name: '李四' }];
const open = { begunAt, operators, first, last: first };
const later = (ms: number, changed: Partial<Sighting> = {}): Sighting => ({
  ...{ ...first, at: begunAt + ms, mono: 1000 + ms },
  ...changed,
});
const without = (name: keyof Sighting): Sighting => {
  const { [name]: _, ...rest } = later(1000);
  return rest as Sighting;
};

test('holds for four hours, then it is over', () => {
  expect(inspectionEnd(open, later(INSPECTION_MS - 1), operators)).toBeUndefined();
  expect(inspectionEnd(open, later(INSPECTION_MS), operators)).toBe('expired');
});

test.each([
  ['network-changed', { egress: '192.0.2.2' }],
  ['network-changed', { network: '["wifi",""]' }],
  ['extensions-changed', { extensions: '[["x","1",true]]' }],
  ['software-changed', { software: '0.2.0' }],
  ['service-changed', { service: 'https://other.example' }],
  ['clock-changed', { offset: { offset: -3_599_990, uncertainty: 5 } }],
] as const)('ends as %s by %o', (reason, changed) => {
  expect(inspectionEnd(open, later(1000, changed), operators)).toBe(reason);
});

test('other operators end it; the same ones, blanks around their names or none beginning a capture, do not', () => {
  expect(inspectionEnd(open, later(1000), [operators[0]!])).toBe('operators-changed');
  expect(inspectionEnd(open, later(1000), [...operators].reverse())).toBe('operators-changed');
  expect(inspectionEnd(open, later(1000), [operators[0]!, { name: ' 李四 ' }])).toBeUndefined();
  expect(inspectionEnd(open, later(1000))).toBeUndefined();
});

test.each(['egress', 'extensions', 'offset'] as const)('%s that cannot be seen is no change', (name) => {
  expect(inspectionEnd(open, without(name), operators)).toBeUndefined();
});

test('an offset that both measurements leave open is no change of the clock', () => {
  const unsure = { offset: 4000, uncertainty: 2500 };
  expect(inspectionEnd(open, later(1000, { offset: unsure }), operators)).toBeUndefined();
});

describe('a clock that was set', () => {
  test('shows against the monotonic clock of the same life, in both directions', () => {
    expect(clockJump(first, later(60_000, { at: begunAt + 60_000 - 3_600_000 }))).toBe(-3_600_000);
    expect(clockJump(first, later(60_000, { at: begunAt + 60_000 + 5000 }))).toBe(5000);
    expect(clockJump(first, later(60_000, { at: begunAt + 60_000 + 1500 }))).toBeUndefined();
  });

  test('shows in another life only when it went backwards', () => {
    expect(clockJump(first, { ...later(0), life: 'b', at: begunAt - 3_600_000, mono: 1 })).toBe(-3_600_000);
    expect(clockJump(first, { ...later(0), life: 'b', at: begunAt + 3_600_000, mono: 1 })).toBeUndefined();
  });

  test('ends the inspection, whatever else changed', () => {
    const set = later(1000, { at: begunAt - 3_600_000, egress: '192.0.2.9' });
    expect(inspectionEnd(open, set, operators)).toBe('clock-changed');
  });
});
