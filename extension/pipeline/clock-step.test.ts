import { expect, test } from 'vitest';
import { clockStep } from './clock-step.ts';

test('a clock that is set is noticed once, with the amount; one that runs on is not', () => {
  let [wall, mono] = [1_000_000, 5];
  const step = clockStep(
    () => wall,
    () => mono,
  );
  const pass = (ms: number, setBy = 0) => {
    wall += ms + setBy;
    mono += ms;
    return step();
  };
  expect(pass(60_000)).toBe(0);
  expect(pass(10, 999)).toBe(0);
  expect(pass(10, -999)).toBe(0);
  expect(pass(10, -3_600_000)).toBe(-3_600_000);
  expect(pass(10)).toBe(0);
  expect(pass(10, 3_600_000)).toBe(3_600_000);
});
