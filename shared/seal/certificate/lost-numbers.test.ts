import { expect, test } from 'vitest';
import { nextEntry } from '#shared/journal/chain';
import type { Json } from '#shared/lib/canonical-json';
import { certificateInput } from '../../../test/fixtures/certificate-input.ts';
import { certificateFacts } from './certificate-facts.ts';
import { renderValue } from './render-value.ts';
import { certificateTextEn as en } from './text-en.ts';
import { certificateTextZh as zh } from './text-zh.ts';

const SALT = '00'.repeat(16);

/** The certificate of a capture whose journal says that it began with `detail`. */
function factsOf(detail: Record<string, Json>) {
  const { bundle, ...rest } = certificateInput();
  const entry = nextEntry(undefined, { at: 1, mono: 1, event: 'capture-started', salt: SALT, detail });
  const facts = certificateFacts({
    ...rest,
    bundle: { ...bundle, journal: [{ ...entry, salt: SALT, detail }] },
  });
  const lost = facts.sections
    .flatMap((section) => section.facts)
    .find(({ label }) => label === 'history-lost');
  return { lost, warned: facts.warnings.map((warning) => renderValue(warning, en)).join() };
}

const loss = {
  device: '0a1b2c3d',
  known: 0,
  last: 9,
  unsealed: [
    [3, 3],
    [7, 9],
  ],
  at: 5,
};

test('what the browser lost before the capture is in its certificate, and first of all that it was not sealed', () => {
  const { lost, warned } = factsOf({ capture: 'CAP-0a1b2c3d-7', lost: [loss] });
  expect(lost?.mark).toBe('device-reported');
  expect(lost?.values.map((value) => renderValue(value, zh))).toEqual([
    '设备 0a1b2c3d：1–9 号在浏览器中的记录已不存在；尚未封存：3, 7–9',
  ]);
  expect(warned).toContain('The browser lost records of earlier captures');
});

test('where all of it had been sealed there is nothing to warn of', () => {
  const { lost, warned } = factsOf({
    capture: 'CAP-0a1b2c3d-7',
    lost: [{ ...loss, device: 'ffff\u202effff', unsealed: [] }],
  });
  expect(lost?.values.map((value) => renderValue(value, en))).toEqual([
    'device ffff[U+202E]ffff: nothing of 1–9 is left in the browser; all had been sealed',
  ]);
  expect(warned).not.toContain('lost records');
});

test.each([
  ['nothing lost', { capture: 'CAP-0a1b2c3d-7' }],
  ['another capture', { capture: 'CAP-0a1b2c3d-6', lost: [loss] }],
  ['something else', { capture: 'CAP-0a1b2c3d-7', lost: [{ ...loss, last: -1 }] }],
])('%s: no such fact', (_, detail) => {
  expect(factsOf(detail as Record<string, Json>).lost).toBeUndefined();
});
