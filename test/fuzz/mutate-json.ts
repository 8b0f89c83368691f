import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { mutateText } from './mutate-text.ts';
import type { Random } from './random.ts';

type Node = Json | undefined;
type Container = Record<string, Node>;

const values: readonly Json[] = [
  ...[null, true, false, 0, -0, -1, 1, 1.5, 0.1, -1e300, 1e300, 1e21, 2 ** 31, 2 ** 53, 2 ** 53 - 1],
  ...[8.64e15, 8.64e15 + 1, -8.64e15, 253402300800000, 5e-324],
  ...['', ' ', '-', '0', 'x', '\0', '\n', '\u202e', '\ufffd', '𠮷', 'A'.repeat(70_000), 'a/b', '../x', '..'],
  ...['2026-13-45T99:99:99Z', '2026-02-31T00:00:00Z', '9999-12-31T23:59:59Z', '0000-00-00T00:00:00.000Z'],
  ...[
    'http://[',
    'http://[::1]:99999/',
    'javascript:1',
    'data:,',
    'file:///',
    'about:blank',
    'https://xn--/',
  ],
  ...['0'.repeat(64), 'f'.repeat(64), 'sha256:', 'AAAA', '=', '!!!!'],
  ...[[], {}, [[]], [null], { '': null }, ['a', 1, null]],
];
const keys = ['__proto__', 'constructor', 'toString', 'length', 'version', '', '0', '\u0000'];

/**
 * One or two changes of members and values, then written in RFC 8785 form (mostly), so that the schema behind the
 * parser is reached. A file of lines gets one of its lines changed.
 */
export function mutateJson(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  if (random.oneIn(8)) return mutateText(random, bytes, others);
  const lines = fromUtf8(bytes).trimEnd().split('\n');
  const at = random.int(lines.length);
  try {
    const changed = changedJson(random, JSON.parse(lines[at] ?? ''));
    const text = random.oneIn(12) ? JSON.stringify(changed) : canonicalJson(changed);
    return toUtf8(`${lines.with(at, text).join('\n')}\n`);
  } catch {
    return mutateText(random, bytes, others);
  }
}

/** A value that differs from `value` in one or two places. */
function changedJson(random: Random, value: Json): Json {
  const holder = { value: structuredClone(value) } as Container;
  for (let left = 1 + random.int(2); left > 0; left--) change(random, holder);
  return holder.value ?? null;
}

function change(random: Random, holder: Container): void {
  const all = places(holder);
  const [container, key] = random.pick(all);
  const value = container[key];
  const [otherContainer, otherKey] = random.pick(all);
  const changes: (() => unknown)[] = [
    () => setOwn(container, key, random.pick(values)),
    () => setOwn(container, key, random.pick(values)),
    () => setOwn(container, key, random.pick(values)),
    () => setOwn(container, key, structuredClone(otherContainer[otherKey])),
    () => (Array.isArray(container) ? container.splice(Number(key), 1) : delete container[key]),
    () => setOwn(container, random.pick(keys), random.pick(values)),
    () => setOwn(container, key, repeated(random, value ?? null)),
    () => setOwn(container, key, nested(random.pick([3, 100, 8000]))),
    () =>
      typeof value === 'number' ? setOwn(container, key, value + random.pick([-1, 1, 0.5, 1e15])) : undefined,
    () => (typeof value === 'string' ? setOwn(container, key, stringLike(random, value)) : undefined),
  ];
  random.pick(changes)();
}

/** `__proto__` becomes a member like any other, as `JSON.parse` makes it. */
function setOwn(container: Container, key: string, value: Node): void {
  Object.defineProperty(container, key, { value, enumerable: true, writable: true, configurable: true });
}

function stringLike(random: Random, text: string): string {
  const at = random.int(text.length + 1);
  const inserted = random.pick(['', '0', 'Z', ' ', '\0', '\u200b', '/', '=', '\n', '9']);
  const whole = text.slice(0, at) + inserted + text.slice(random.oneIn(2) ? at : at + 1);
  return whole.toWellFormed();
}

/** A list of the same value, of at most 100,000 characters or so. */
function repeated(random: Random, value: Json): Json {
  const most = Math.ceil(100_000 / JSON.stringify(value).length);
  return Array.from({ length: Math.min(most, random.pick([2, 300, 5000])) }, () => value);
}

function nested(depth: number): Json {
  let value: Json = 0;
  for (let left = depth; left > 0; left--) value = [value];
  return value;
}

function places(container: Container, depth = 0): [Container, string][] {
  if (depth > 20) return [];
  return Object.keys(container).flatMap((key) => {
    const value = container[key];
    const inside = typeof value === 'object' && value !== null ? places(value as Container, depth + 1) : [];
    return [[container, key] as [Container, string], ...inside];
  });
}
