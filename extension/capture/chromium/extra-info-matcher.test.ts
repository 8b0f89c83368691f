import { expect, test } from 'vitest';
import { ExtraInfoMatcher } from './extra-info-matcher.ts';

const watched = () => {
  const matcher = new ExtraInfoMatcher();
  const matched: string[] = [];
  const info = (side: 'sent' | 'received', label: string) =>
    matcher.extraInfo('r', side, (hop) => matched.push(`${label} ${hop}`));
  return { matcher, matched, info };
};

test('extra info that comes first waits for its hop', () => {
  const { matcher, matched, info } = watched();
  info('sent', 'a');
  info('received', 'b');
  expect(matcher.begin('r', undefined)).toBe('r#0');
  expect(matched).toEqual([]);
  matcher.answered('r', true);
  expect(matched).toEqual(['a r#0', 'b r#0']);
});

test('each hop of a redirect gets its own, also when the answer is told after the next request', () => {
  const { matcher, matched, info } = watched();
  matcher.begin('r', undefined);
  info('sent', 'a0');
  matcher.begin('r', true);
  info('received', 'b0');
  info('sent', 'a1');
  matcher.answered('r', true);
  info('received', 'b1');
  expect(matched).toEqual(['a0 r#0', 'b0 r#0', 'a1 r#1', 'b1 r#1']);
});

test('a hop without extra info (HSTS, cache) is passed over', () => {
  const { matcher, matched, info } = watched();
  matcher.begin('r', undefined);
  info('sent', 'a');
  matcher.begin('r', false);
  matcher.answered('r', true);
  expect(matched).toEqual(['a r#1']);
});

test('what still waits at the end belongs to the hops not answered', () => {
  const { matcher, matched, info } = watched();
  matcher.begin('r', undefined);
  info('sent', 'a');
  expect(matched).toEqual([]);
  matcher.flush();
  expect(matched).toEqual(['a r#0']);
});

test('a request never seen has no current hop and swallows its extra info', () => {
  const { matcher, matched, info } = watched();
  info('received', 'b');
  matcher.flush();
  expect([matcher.current('r'), matched]).toEqual([undefined, []]);
});
