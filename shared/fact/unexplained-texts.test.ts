import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalText } from './normal-text.ts';
import { TextIndex } from './text-index.ts';
import { unexplainedTexts } from './unexplained-texts.ts';

async function* from(bodies: readonly string[]): AsyncIterable<string> {
  yield* bodies;
}
const unexplained = async (texts: readonly string[], ...bodies: string[]) =>
  unexplainedTexts(texts.map(normalText), () => from(bodies));
const padding = '填充文字 filler 0123 '.repeat(300);

describe('text that a recorded body holds is explained', () => {
  test.each([
    ['as it stands', '<p>旗舰店 正品</p>', '旗舰店 正品'],
    ['broken over lines in the source', '<p>two\n    words</p>', 'two words'],
    ['in JSON escapes', String.raw`{"t":"\u65d7\u8230\u5e97 \"A\"\n"}`, '旗舰店 "A"'],
    ['escaped twice', String.raw`x='{\"t\":\"\\u65d7\\u8230\"}'`, '旗舰'],
    ['in script escapes', String.raw`t='\x41\u{1F600}B'`, 'A😀B'],
    ['in character references', '<p>&yen;99&nbsp;&#20803; &lt;b&gt;</p>', '¥99 元 <b>'],
    ['as HTML within JSON', String.raw`{"h":"<b>&yen;88<\/b>"}`, '¥88'],
    ['as JSON within an attribute', '<div data-x="{&quot;t&quot;:&quot;\\u65d7&quot;}">', '旗'],
    ['percent-encoded', 'name=%E6%97%97%E8%88%B0', '旗舰'],
    ['in another Unicode form', 'cafe\u0301', 'café'],
    ['as a whole number', '{"price":99}', '99'],
  ])('%s', async (_, body, text) => {
    expect([...(await unexplained([text], padding, body)).keys()]).toEqual([]);
    expect([...(await unexplained([text], padding)).keys()]).toEqual([normalText(text)]);
  });

  test('whatever the text, in HTML and in JSON', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map(normalText);
    const html = (value: string) =>
      value.replaceAll(/[&<>"'\\]/g, (character) => `&#${character.codePointAt(0)};`);
    const spelled = fc.oneof(
      text.map((value) => [value, `<p>${html(value)}</p>`] as const),
      text.map((value) => [value, `{"a":${JSON.stringify(value)}}`] as const),
    );
    const wanted = spelled.filter(([value]) => value !== '' && value.isWellFormed());
    await fc.assert(
      fc.asyncProperty(wanted, async ([value, body]) => (await unexplained([value], body)).size === 0),
      { numRuns: 300 },
    );
  });
});

describe('text that no body holds is not', () => {
  test.each([
    ['a part of a longer number', '{"year":1999}', '99'],
    ['the whole part of a decimal', '<p>99.50</p>', '99'],
    ['a part of a longer word', 'price', 'rice'],
    ['words put together by a script', 'label="共";unit="件";n=3', '共3件'],
  ])('%s', async (_, body, text) => {
    expect([...(await unexplained([text], body)).keys()]).toEqual([text]);
  });

  test('it is told apart from text all words of which are recorded', async () => {
    const result = await unexplained(['共3件', '改过的标题 7'], 'label="共";unit="件";n=3; m=7');
    expect(result.get('共3件')).toEqual({ composed: true });
    expect(result.get('改过的标题 7')).toEqual({ composed: false });
  });
});

test('the index says the same as a search, short texts and long', () => {
  const letters = fc.string({ unit: fc.constantFrom('旗', '舰', '店', '价'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(letters, fc.array(letters, { maxLength: 50 }), fc.boolean(), (wanted, parts, long) => {
      const text = (long ? '填'.repeat(2000) : '') + parts.join('');
      return new TextIndex(text).holds(wanted) === text.includes(wanted);
    }),
  );
});
