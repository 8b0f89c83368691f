import { expect, test } from 'vitest';
import { WitnessError } from './log/witness-error.ts';
import { witnessNotices } from './witness-notices.ts';

test('a witness that stays away is named once a minute, another fault of it at once', () => {
  const lines: string[] = [];
  let now = 0;
  const notice = witnessNotices(
    (line) => lines.push(line),
    () => now,
  );
  const away = new WitnessError('WITNESS_UNREACHABLE', 'no answer', { entry: 'notary.example' });
  notice(away);
  now = 59_999;
  notice(away);
  expect(lines).toEqual(['! witness notary.example: WITNESS_UNREACHABLE: no answer\n']);
  notice(new WitnessError('WITNESS_AHEAD', 'saw 9', { entry: 'notary.example' }));
  now = 60_000;
  notice(away);
  expect(lines).toHaveLength(3);
});
