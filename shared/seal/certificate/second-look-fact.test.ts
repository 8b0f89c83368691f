import { expect, test } from 'vitest';
import type { Sha256 } from '#shared/lib/sha256';
import type { SecondLook } from '#shared/witness/second-look-file';
import { renderValue } from './render-value.ts';
import { secondLookFact } from './second-look-fact.ts';
import { certificateTextEn } from './text-en.ts';
import { certificateTextZh } from './text-zh.ts';

const common = {
  version: 1,
  package: 'EVD-AAAAAAAAAAAAAAAA',
  capture: 'CAP-00000000-1',
  bundle: '0'.repeat(64) as Sha256,
  at: '2026-11-29T00:00:00.000Z',
} as const;
const certificate = {
  sha256: 'a'.repeat(64) as Sha256,
  subject: 'CN=shop.example',
  issuer: 'CN=CA',
  names: ['DNS:shop.example'],
  notBefore: common.at,
  notAfter: common.at,
};
const connection: SecondLook = {
  ...common,
  kind: 'connection',
  host: 'shop.example',
  port: 443,
  addresses: ['1.1.1.1'],
  address: '1.1.1.1',
  certificate,
  recorded: { address: '2.2.2.2', certificate },
  verdicts: { address: 'different', certificate: 'same' },
};
const none = { count: 0, lines: [] };
const capture: SecondLook = {
  ...common,
  kind: 'capture',
  second: {
    package: 'EVD-BBBBBBBBBBBBBBBB',
    capture: 'CAP-00000001-1',
    bundle: '1'.repeat(64) as Sha256,
    device: '00000001',
  },
  officers: 'different',
  secondsApart: -61.25,
  title: { verdict: 'same', first: 't', second: 't' },
  text: { verdict: 'same', first: 3, second: 3, onlyFirst: none, onlySecond: none },
  prices: { verdict: 'different', first: ['12.00'], second: [] },
};
const linesOf = (looks: readonly SecondLook[], text = certificateTextZh) =>
  secondLookFact(looks).values.map((value) => renderValue(value, text));

test('without a second look the certificate says 单一来源', () => {
  expect(linesOf([])).toEqual([expect.stringMatching(/^单一来源/)]);
  expect(linesOf([], certificateTextEn)).toEqual([expect.stringMatching(/^single source 单一来源/)]);
});

test('each look by its file, with what was the same and what was not', () => {
  const lines = linesOf([connection, capture]);
  expect(lines.join('\n')).not.toContain('单一来源');
  expect(lines).toEqual([
    expect.stringMatching(/^second-look-1\.json：.*shop\.example:443（1\.1\.1\.1）/),
    expect.stringContaining('2.2.2.2'),
    expect.stringContaining('相同'),
    expect.stringMatching(/^second-look-2\.json：设备 00000001 .*61\.[23] 秒/),
    '两台设备由不同人员登记',
    '标题：相同',
    '正文：相同，共 3 行',
    '价格：不同（本次 ¥12.00；另一次 —）',
  ]);
});
