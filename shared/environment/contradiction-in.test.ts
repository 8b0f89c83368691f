import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { buildDigest } from './build-digest.ts';
import { contradictionIn } from './contradiction-in.ts';
import { type EnvironmentReport, environmentReportSchema } from './environment-report.ts';
import { type Item, makeItem } from './items.ts';
import type { Sample } from './observation.ts';

const at = Date.UTC(2026, 10, 29, 1);
const files = [{ path: 'background.js', sha256: sha256Hex(toUtf8('code')) }];
const build = buildDigest(files);
const nonce = (n: number) => sha256Hex(toUtf8(String(n))) as Sha256;
const sample = (n: number, changed: Partial<Sample['observation']['statement']> = {}): Sample => ({
  ...{ asked: at, roundTrip: 20 },
  observation: {
    statement: {
      ...{ type: 'evidence-observation/v1', device: '0a1b2c3d', nonce: nonce(n), address: '192.0.2.1' },
      ...{ at: new Date(at).toISOString(), build: { sha256: build, name: '0.1.0' }, resolvesNames: false },
      ...changed,
    },
    ...{ signature: 'AAAA', certificate: '' },
  },
});
const samples = [sample(1), sample(2)];
const clock = makeItem('clock', 'right', at, { samples, offset: 10, uncertainty: 10, roundTrip: 20 });
const address = makeItem('egress-address', 'seen', at, { address: '192.0.2.1' });
const own = makeItem('own-files', 'known', at, { version: '0.1.0', build, name: '0.1.0', files });
const report = (items: Item[], capture: Item[] = []): EnvironmentReport => ({
  version: 1,
  inspection: {
    ...{
      id: 'INS-0a1b2c3d-1',
      begunAt: at,
      begunBy: 'person',
      enforcement: false,
      operators: [],
      previous: null,
    },
    ...{ journal: { seq: 3, hash: nonce(0) }, items },
  },
  items: capture,
});
const found = (...items: Item[]) => contradictionIn(report(items), '0a1b2c3d');

test('a report that says what its evidence says holds and has the strict form', () => {
  expect(found(clock, address, own)).toBeUndefined();
  expect(v.is(environmentReportSchema, report([clock, address, own]))).toBe(true);
});

describe('a report that denies its evidence', () => {
  test.each([
    ['another offset', { ...clock, evidence: { ...clock.evidence, offset: 9 } }],
    ['an offset without a sample', { ...clock, evidence: { ...clock.evidence, samples: [] } }],
    ['a finding the offset does not have', makeItem('clock', 'off', at, clock.evidence)],
  ])('%s', (_, altered) => {
    expect(found(altered, address, own)).toContain('clock');
  });

  test('another address than the service saw', () => {
    expect(found(clock, makeItem('egress-address', 'seen', at, { address: '192.0.2.2' }), own)).toContain(
      'egress',
    );
  });

  test('a build the service did not know, files of another build, an unknown one passed off as not compared', () => {
    const unknown = { ...own.evidence, files: [{ path: 'background.js', sha256: nonce(9) }] };
    expect(found(clock, address, makeItem('own-files', 'known', at, unknown))).toContain('own-files');
    const { name: _, ...nameless } = own.evidence;
    expect(found(clock, address, makeItem('own-files', 'unknown', at, nameless))).toContain('own-files');
    expect(found(clock, address, makeItem('own-files', 'not-compared', at, nameless))).toContain('own-files');
  });

  test('words about another device, and one statement used twice', () => {
    expect(contradictionIn(report([clock, address, own]), 'ffffffff')).toContain('another device');
    const twice = { ...clock, evidence: { ...clock.evidence, samples: [sample(1), sample(1)] } };
    expect(found(twice, address, own)).toContain('twice');
  });

  test('no signs of debuggers beside a sign of one', () => {
    const signals = [{ signal: 'devtools-open', detail: 'DevTools' }];
    expect(found(makeItem('debuggers', 'none-seen', at, { signals }))).toContain('debuggers');
  });
});

describe('the strict form refuses', () => {
  test.each([
    ['a mark the finding does not have', report([{ ...own, mark: 'service-observed' } as Item])],
    ['an item twice', report([own, own])],
    ['an item of a capture in the inspection', report([makeItem('tls', 'public', at, { origins: [] })])],
    ['an item of the inspection at the capture', report([], [own])],
    ['a member nobody knows', { ...report([own]), note: 'x' }],
  ])('%s', (_, altered) => {
    expect(v.is(environmentReportSchema, altered)).toBe(false);
  });
});

test('names that differ beside a resolution that says they agree, and one that was not asked', () => {
  const answers = [{ host: 'shop.example', resolver: 'system', addresses: ['192.0.2.7'], error: null }];
  const resolution = {
    statement: {
      ...{ type: 'evidence-name-resolution/v1' as const, device: '0a1b2c3d', nonce: nonce(7), answers },
      at: new Date(at).toISOString(),
    },
    ...{ signature: 'AAAA', certificate: '' },
  };
  const hosts = [{ host: 'shop.example', connected: ['192.0.2.7'], agrees: true }];
  const turned = [{ host: 'shop.example', connected: ['127.0.0.1'], agrees: false }];
  const of = (item: Item) => contradictionIn(report([], [item]), '0a1b2c3d');
  expect(of(makeItem('names', 'agree', at, { hosts, resolution }))).toBeUndefined();
  expect(of(makeItem('names', 'differ', at, { hosts: turned, resolution }))).toBeUndefined();
  expect(of(makeItem('names', 'agree', at, { hosts: turned, resolution }))).toContain('names');
  expect(of(makeItem('names', 'agree', at, { hosts }))).toContain('names');
  expect(of(makeItem('names', 'not-checked', at, { hosts: [], why: 'not-allowed' }))).toBeUndefined();
});
