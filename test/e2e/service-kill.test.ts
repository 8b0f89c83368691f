import { expect, test } from 'vitest';
import { killRun } from '../kill/kill-run.ts';

test('30 kills at random moments lose nothing that was acknowledged, and much was acknowledged between them', async () => {
  const { lost, acknowledged, betweenKills } = await killRun({ kills: 30 });
  expect(lost).toEqual([]);
  expect(acknowledged.ends.size).toBe(acknowledged.uploads.size);
  for (const [what, count] of Object.entries(betweenKills)) expect(count, what).toBeGreaterThan(0);
});
