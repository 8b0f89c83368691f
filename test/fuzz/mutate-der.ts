import { concatBytes } from '#shared/lib/concat-bytes';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** An element, taken apart without any check, so that a change keeps the lengths around it right. */
interface Element {
  tag: number;
  /** Empty for a constructed element. */
  content: Uint8Array;
  children: Element[] | undefined;
}

const MAX_DEPTH = 60;

/** One or two changes of elements, every length around them written anew, so that what lies deep is reached. */
export function mutateDer(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const root = parse(bytes, 0)?.element;
  if (root === undefined || random.oneIn(6)) return mutateBytes(random, bytes, others);
  for (let left = 1 + random.int(2); left > 0; left--) change(random, root, others);
  const written = write(root);
  return random.oneIn(12) ? mutateBytes(random, written, others) : written;
}

function change(random: Random, root: Element, others: readonly Uint8Array[]): void {
  const all = elements(root);
  const target = random.pick(all);
  const parent = all.find(({ children }) => children?.includes(target));
  const siblings = parent?.children ?? [];
  const at = siblings.indexOf(target);
  const foreign = () => {
    const other = parse(random.pick(others), 0)?.element ?? root;
    return structuredClone(random.pick(elements(other)));
  };
  const changes: (() => unknown)[] = [
    () => siblings.splice(at, 1),
    () => siblings.splice(at, 0, structuredClone(target)),
    () => siblings.splice(at, 1, foreign()),
    () => siblings.splice(at, 0, foreign()),
    () => siblings.reverse(),
    () => Object.assign(target, foreign()),
    () => Object.assign(target, { tag: random.oneIn(2) ? random.int(256) : random.pick(tags) }),
    () => Object.assign(target, { tag: target.tag ^ (1 << random.int(8)) }),
    () => Object.assign(target, { content: content(random, target), children: undefined }),
    () => Object.assign(target, { content: content(random, target), children: undefined }),
    () => wrap(target, random.pick([1, 2, 10, 50])),
    () => Object.assign(target, { content: new Uint8Array(), children: undefined }),
  ];
  random.pick(changes)();
}

/** Universal types, and the context tags of X.509, CMS, RFC 3161 and OCSP. */
const tags = [
  ...[0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1e, 0x1f],
  ...[0x30, 0x31, 0x80, 0x81, 0x82, 0x83, 0x86, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4],
];

/** Contents that a value of some type must not, or may just, have. */
const contents = [
  ...['', '00', '01', '7f', '80', 'ff', '0000', '0080', 'ff7f', 'ff80', '00ff', '8000', '0780', '0801'],
  ...['2a', '2a8648', '2a864886f70d010701', '8001', 'ffffffffffffff7f', '5529', '551d13'],
  Buffer.from('99991231235959Z').toString('hex'),
  Buffer.from('00000101000000Z').toString('hex'),
  Buffer.from('20260230000000Z').toString('hex'),
  Buffer.from('20261122010000.999999999Z').toString('hex'),
  Buffer.from('491231235960Z').toString('hex'),
].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

function content(random: Random, element: Element): Uint8Array {
  const before =
    element.children === undefined ? element.content : concatBytes(...element.children.map(write));
  switch (random.int(5)) {
    case 0:
      return random.pick(contents);
    case 1:
      return random.bytes(before.length);
    case 2:
      return random.bytes(random.pick([1, 20, 64, 65, 127, 128, 255, 256, 70_000]));
    case 3:
      return before.length === 0 ? before : mutateBytes(random, before, [before]);
    default:
      return concatBytes(random.pick(contents), before);
  }
}

function wrap(target: Element, depth: number): void {
  for (let left = depth; left > 0; left--)
    Object.assign(target, { tag: 0x30, content: new Uint8Array(), children: [{ ...target }] });
}

function elements(root: Element): Element[] {
  return [root, ...(root.children ?? []).flatMap(elements)];
}

function parse(bytes: Uint8Array, depth: number): { element: Element; length: number } | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || depth > MAX_DEPTH) return undefined;
  const count = first > 0x80 ? first & 0x7f : 0;
  if (count > 4 || first === 0x80) return undefined;
  let length = count === 0 ? first : 0;
  for (let n = 0; n < count; n++) length = length * 256 + (bytes[2 + n] ?? 0);
  const start = 2 + count;
  if (start + length > bytes.length) return undefined;
  const inner = bytes.slice(start, start + length);
  const children = (tag & 0x20) === 0 ? undefined : list(inner, depth + 1);
  const element = { tag, content: children === undefined ? inner : new Uint8Array(), children };
  return { element, length: start + length };
}

function list(bytes: Uint8Array, depth: number): Element[] | undefined {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = parse(bytes.subarray(at), depth);
    if (next === undefined) return undefined;
    found.push(next.element);
    at += next.length;
  }
  return found;
}

function write({ tag, content, children }: Element): Uint8Array {
  const inner = children === undefined ? content : concatBytes(...children.map(write));
  const octets: number[] = [];
  for (let rest = inner.length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  const length = inner.length < 0x80 ? [inner.length] : [0x80 | octets.length, ...octets];
  return concatBytes(Uint8Array.of(tag, ...length), inner);
}
