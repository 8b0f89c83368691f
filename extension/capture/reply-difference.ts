/** What is compared of a page before and after its reload. */
export interface ReplyFacts {
  readonly url: string;
  readonly title: string;
  /** Beginning of the visible text. */
  readonly text: string;
}

/** Texts shorter than this are too small to compare. */
const MIN_TEXT = 200;
const MIN_SHARED = 0.2;
/** Words of pages that stand between a visitor and the page wanted. */
const gate = /login|sign-?in|passport|captcha|verif|challenge|登录|登陆|验证|滑块/i;

/**
 * Says how the reloaded page is another one than the page found: another address, or almost none of its text.
 * @returns undefined when it is the same page, as far as can be told.
 */
export function replyDifference(found: ReplyFacts, reloaded: ReplyFacts): string | undefined {
  const was = new URL(found.url);
  const is = new URL(reloaded.url);
  if (was.origin !== is.origin || trimmed(was.pathname) !== trimmed(is.pathname))
    return `the reload ended at ${reloaded.url}${gateWord(reloaded)}`;
  if (found.text.length < MIN_TEXT) return undefined;
  const shared = sharedWords(found.text, reloaded.text);
  return shared < MIN_SHARED
    ? `the reload kept ${Math.round(shared * 100)} % of the text that was found${gateWord(reloaded)}`
    : undefined;
}

function trimmed(pathname: string): string {
  return pathname.replace(/\/+$/, '');
}

function gateWord({ url, title }: ReplyFacts): string {
  const word = gate.exec(`${url} ${title}`)?.[0];
  return word === undefined ? '' : `; it names “${word}”`;
}

/** Share of the words of `text` that occur in `other`; pairs of characters where a script writes no spaces. */
function sharedWords(text: string, other: string): number {
  const words = wordsOf(text);
  const others = wordsOf(other);
  return words.size === 0 ? 1 : [...words].filter((word) => others.has(word)).length / words.size;
}

function wordsOf(text: string): Set<string> {
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  for (const run of text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu) ?? []) {
    words.delete(run);
    for (let at = 0; at + 1 < run.length; at++) words.add(run.slice(at, at + 2));
  }
  return words;
}
