import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaptureRecord, SequenceStep } from '#shared/bundle/capture-record';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { buildTestBundle } from '../../test/fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { openTestApp, type TestApp } from '../http/testing/open-test-app.ts';
import { testSealer } from '../http/testing/test-sealer.ts';
import { processPackage } from './process-package.ts';

let service: TestApp;
let client: DeviceClient;

beforeAll(async () => {
  service = await openTestApp();
  client = createDeviceClient(await service.listen());
  await client.pair(await service.pairingCode());
  await client.signIn();
});
afterAll(() => service.close());

/** What the service says of an upload whose record is changed, everything else fitting, signature included. */
async function refusalOf(change: (record: CaptureRecord) => Partial<CaptureRecord>) {
  const bundle = await buildTestBundle({
    device: client.device,
    challenge: ({ device: _, ...needs }) => client.challenge(needs),
    anchor: (digest) => client.anchor(digest),
    mutate: { record: (record) => ({ ...record, ...change(record) }) },
  });
  const id = await client.upload(bundle);
  await processPackage(service.intake, testSealer(service), id);
  return await service.intake.store.packages.get(id);
}

const own = () => client.device.id;
const before = (capture: string) => ({ capture, record: sha256Hex(toUtf8('the step before')) });
const step = (more: Partial<SequenceStep>): Pick<CaptureRecord, 'kind' | 'sequence'> => ({
  kind: 'step',
  sequence: {
    id: `SEQ-${own()}-00000001`,
    title: '测试购买',
    index: 1,
    label: '下单',
    previous: null,
    ...more,
  },
});
const number = ({ id }: CaptureRecord) => Number(id.split('-').at(-1));

test.each<[string, (record: CaptureRecord) => Partial<CaptureRecord>]>([
  ['a step of no sequence', () => ({ kind: 'step' })],
  ['a page with a place in a sequence', () => ({ ...step({}), kind: 'page' })],
  ['a step of the sequence of another device', () => step({ id: 'SEQ-0123abcd-00000001' })],
  ['a second step that follows nothing', () => step({ index: 2 })],
  ['a first step that follows another', () => step({ previous: before(`CAP-${own()}-1`) })],
  [
    'a step that follows a capture of another device',
    () => step({ index: 2, previous: before('CAP-0123abcd-1') }),
  ],
  ['a step that follows itself', ({ id }) => step({ index: 2, previous: before(id) })],
  [
    'a step that follows a later capture',
    (record) => step({ index: 2, previous: before(`CAP-${own()}-${number(record) + 1}`) }),
  ],
])('%s is refused', async (_, change) => {
  expect(await refusalOf(change)).toMatchObject({
    state: 'refused',
    sealedAt: null,
    refusalCode: 'SEQUENCE_INVALID',
  });
});

test('a sound place that the journal does not name is refused for that', async () => {
  const row = await refusalOf(() => step({}));
  expect(row).toMatchObject({ state: 'refused', refusalCode: 'JOURNAL_MISMATCH' });
});
