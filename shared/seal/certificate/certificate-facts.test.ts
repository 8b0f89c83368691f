import { expect, test } from 'vitest';
import { nextEntry } from '#shared/journal/chain';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { certificateInput } from '../../../test/fixtures/certificate-input.ts';
import { certificateFacts } from './certificate-facts.ts';
import type { CertificateFacts, FactValue } from './facts.ts';
import { renderValue } from './render-value.ts';
import type { LabelKey } from './text.ts';
import { certificateTextEn } from './text-en.ts';
import { certificateTextZh } from './text-zh.ts';

const phrases = (values: readonly FactValue[]) =>
  values.flatMap((value) => (value.type === 'phrase' ? [value.phrase] : []));
const fact = (facts: CertificateFacts, label: LabelKey) =>
  facts.sections.flatMap((section) => section.facts).find((one) => one.label === label);

test('sections come in the order of the template and every environment statement names its ground', () => {
  const { sections } = certificateFacts(certificateInput());
  expect(sections.map(({ key }) => key)).toEqual([
    ...['subject', 'network', 'environment', 'time', 'process', 'fixation', 'receipt'],
  ]);
  const marks = sections.flatMap(({ facts }) => facts.map(({ mark }) => mark));
  expect(marks).not.toContain(undefined);
  expect(new Set(marks).size).toBe(4);
});

test('hosts are ASCII and characters that cannot be seen are code points', () => {
  const facts = certificateFacts(certificateInput());
  expect(fact(facts, 'requested-url')?.values).toEqual([
    { type: 'text', text: 'https://xn--e1afmkfd.example/%E5%95%86%E5%93%81' },
  ]);
  expect(fact(facts, 'title')?.values).toEqual([{ type: 'text', text: '𠮷野家[U+202E]旗舰店 — 首页' }]);
});

test('plain HTTP and a private root are the first warnings, before non-public sources and trial keys', () => {
  const url = { requested: 'http://192.168.0.7/', final: 'http://192.168.0.7/' };
  const input = certificateInput({ url }, { connection: { publicRoot: false } });
  const { bundle, ...rest } = input;
  const { anchorTime: _, challengeTime: __, ...plain } = bundle;
  expect(phrases(certificateFacts({ ...rest, bundle: plain }).warnings)).toEqual([
    'warn-plain-http',
    'warn-private-root',
    'warn-non-public',
    'warn-no-anchor',
    'warn-no-challenge',
    'warn-tamper',
    'warn-self-issued-signer',
    'warn-self-issued-time',
    'warn-forkable',
  ]);
});

test.each(['file:///C:/page.html', 'data:text/html,x', 'http://127.0.0.1:8801/', 'https://10.1.2.3/'])(
  '%s is not a public source',
  (address) => {
    const facts = certificateFacts(certificateInput({ url: { requested: address, final: address } }));
    expect(phrases(facts.warnings)).toContain('warn-non-public');
    const [source] = fact(facts, 'source')?.values ?? [];
    expect(source && renderValue(source, certificateTextZh)).toContain('非公开来源');
  },
);

test('a record without an anchor is unchanged since its receipt, and says so', () => {
  const input = certificateInput();
  const { anchorTime: _, ...bundle } = input.bundle;
  const facts = certificateFacts({ ...input, bundle });
  expect(facts.unchangedSince).toEqual({
    basis: 'receipt',
    at: Date.parse(input.receipt.receipt.receivedAt),
  });
  expect(phrases(fact(facts, 't1')?.values ?? [])).toEqual(['t1-absent']);
  expect(certificateFacts(input).unchangedSince.basis).toBe('anchor');
});

test('the ledger holds every entry of the record exactly once', () => {
  const notCaptured = Array.from({ length: 500 }, (_, index) => ({
    what: index % 2 === 0 ? ('resource' as const) : ('frame' as const),
    reason: index % 3 === 0 ? ('timeout' as const) : ('http-status' as const),
    url: `https://a.example/${index}`,
  }));
  const { ledger } = certificateFacts(certificateInput({ notCaptured }));
  expect(ledger).toHaveLength(4);
  const urls = ledger.flatMap(({ entries }) => entries.map(({ url }) => url));
  expect(urls.sort()).toEqual(notCaptured.map(({ url }) => url).sort());
});

test('the journal digest is that of its file, and the clock offset is bounded by the challenge', () => {
  const input = certificateInput();
  const issued = Date.UTC(2026, 10, 22, 3, 59, 58);
  const salt = '00'.repeat(16);
  const first = {
    ...nextEntry(undefined, {
      ...{ at: issued + 1_500, mono: 0, event: 'challenge-requested', salt },
      detail: { capture: input.bundle.record.id },
    }),
    ...{ salt, detail: {} },
  };
  const second = {
    ...nextEntry(first, { at: issued + 2_000, mono: 500, event: 'challenge-received', salt, detail: {} }),
    ...{ salt, detail: {} },
  };
  const challenge = {
    challenge: {
      ...{ version: 1 as const, nonce: sha256Hex(toUtf8('n')), device: '0a1b2c3d', sequence: 7 },
      ...{ journalHead: first.hash, journalSeq: 0, issuedAt: new Date(issued).toISOString(), checkpoint: '' },
    },
    ...{ token: '', proof: '' },
  };
  const journal = [first, second];
  const facts = certificateFacts({ ...input, bundle: { ...input.bundle, journal, challenge } });
  const bytes = toUtf8(journal.map((line) => `${canonicalJson(line as unknown as Json)}\n`).join(''));
  expect(facts.journal.sha256).toBe(sha256Hex(bytes));
  const [offset] = fact(facts, 'clock-offset')?.values ?? [];
  expect(offset).toEqual({ type: 'phrase', phrase: 'clock-between', values: ['1.5', '2.0'] });
});

test('the capture record, which lists every artefact but itself, is listed from the journal', () => {
  const input = certificateInput();
  const detail = { path: 'evidence/capture.json', bytes: 4321, sha256: sha256Hex(toUtf8('record')) };
  const salt = '00'.repeat(16);
  const entry = nextEntry(undefined, { at: 5, mono: 0, event: 'artefact-stored', salt, detail });
  const journal = [{ ...entry, salt, detail }];
  const { artefacts } = certificateFacts({ ...input, bundle: { ...input.bundle, journal } });
  expect(artefacts).toHaveLength(input.bundle.record.artefacts.length + 1);
  expect(artefacts.at(-1)).toEqual({ ...detail, kind: 'capture-record', createdAt: 5 });
});

test.each([
  ['reload', undefined, 'cache-bypassed'],
  ['reload', 'request-failed', 'cache-reload-failed'],
  ['as-is', undefined, 'cache-as-is'],
] as const)('mode %s with a reload omission %s says %s', (mode, reason, expected) => {
  const notCaptured = reason === undefined ? [] : [{ what: 'reload' as const, reason }];
  const facts = certificateFacts(certificateInput({ mode, notCaptured }));
  expect(phrases(fact(facts, 'cache')?.values ?? [])).toEqual([expected]);
});

test('no sentence claims truth or notarisation, in either language', () => {
  const all = JSON.stringify([certificateTextZh, certificateTextEn]);
  expect(all).not.toMatch(/内容真实|公证书/);
  expect(certificateTextZh.phrases['unchanged-since-anchor']).toContain('时起未被更改');
  expect(certificateTextZh.verify).toHaveLength(certificateTextEn.verify.length);
  expect(certificateTextZh.proves).toHaveLength(certificateTextEn.proves.length);
  expect(certificateTextZh.doesNotProve).toHaveLength(certificateTextEn.doesNotProve.length);
});

test('both languages fill the same placeholders, or leave all of them to the other', () => {
  const slots = (template: string) => [...new Set(template.match(/\{\d\}/g))].sort().join();
  for (const key of Object.keys(certificateTextZh.phrases) as (keyof typeof certificateTextZh.phrases)[]) {
    const english = slots(certificateTextEn.phrases[key]);
    if (english !== '') expect(english, key).toBe(slots(certificateTextZh.phrases[key]));
  }
});
