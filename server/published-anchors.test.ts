import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toPem } from '#shared/pki/pem';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { issue } from '../test/fixtures/issue-certificate.ts';
import { publishAnchors } from './published-anchors.ts';

const dir = mkdtempSync(join(tmpdir(), 'published-'));
const file = join(dir, 'anchors.txt');
const logKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n';
const at = (day: number) => new Date(Date.UTC(2026, 0, day));
let first = '';
let second = '';
beforeAll(async () => {
  [first = '', second = ''] = await Promise.all(
    ['First', 'Second'].map(async (name) =>
      toPem('CERTIFICATE', (await issue(name, { pathLength: 0 })).certificate),
    ),
  );
});
afterAll(() => rmSync(dir, { recursive: true }));

test('what was published once stays in the trust file, behind what is in use', async () => {
  const one = await publishAnchors(file, [first, logKey], at(1));
  expect(one.text).toBe(`${first}${logKey}`);
  expect(await publishAnchors(file, [first, logKey], at(2))).toEqual(one);
  expect(readFileSync(file, 'utf8').match(/^# 2026/gm)).toHaveLength(1);

  const two = await publishAnchors(file, [second, logKey], at(3));
  expect(two.text.startsWith(`${second}${logKey}#`)).toBe(true);
  expect(two.text.endsWith(`\n${first}`)).toBe(true);
  expect(two.anchors.certificates.map(({ subject }) => subject.commonName)).toEqual(['Second', 'First']);
  expect(parseTrustFile(readFileSync(file, 'utf8')).certificates).toHaveLength(2);
  expect((await publishAnchors(file, [first, logKey], at(4))).anchors.certificates).toHaveLength(2);
});

test('an anchor taken out by hand is published no more', async () => {
  writeFileSync(file, readFileSync(file, 'utf8').replace(second, ''));
  expect((await publishAnchors(file, [first, logKey], at(5))).anchors.certificates).toHaveLength(1);
});

test('a damaged file is an error, not an empty one', async () => {
  writeFileSync(file, 'damaged');
  await expect(publishAnchors(file, [first], at(6))).rejects.toMatchObject({
    code: 'READ_FAILED',
    entry: file,
  });
});
