import * as v from 'valibot';
import { attestationIds } from '#shared/environment/attestations';
import { languages } from '#shared/view/language';
import type { Requests, RequestType } from './protocol.ts';

const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const captureId = text(64);
const maker = v.strictObject({
  name: v.pipe(text(100), v.trim(), v.minLength(1)),
  certificate: v.exactOptional(text(100)),
  role: v.exactOptional(text(60)),
});
const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const size = v.pipe(v.number(), v.finite());
const address = text(20_000);
const region = v.strictObject({
  by: v.picklist(['element', 'rectangle']),
  path: v.pipe(text(20_000), v.minLength(1)),
  x: size,
  y: size,
  width: v.pipe(size, v.minValue(1)),
  height: v.pipe(size, v.minValue(1)),
  dx: size,
  dy: size,
  link: v.exactOptional(v.strictObject({ href: address, text: text(500) })),
});
const file = v.strictObject({ page: address, linkText: text(500), linkPath: text(20_000) });
const startOptions = {
  mode: v.picklist(['reload', 'as-is']),
  cookies: v.boolean(),
  caseId: v.exactOptional(text(64)),
  purpose: text(2000),
  makers: v.pipe(v.array(maker), v.maxLength(10)),
};
const kindOptions = {
  kind: v.exactOptional(v.picklist(['page', 'region', 'file'])),
  region: v.exactOptional(region),
  file: v.exactOptional(file),
};
const sequenceId = text(40);
const stepOptions = {
  sequenceId,
  label: v.pipe(text(200), v.trim(), v.minLength(1)),
  last: v.exactOptional(v.boolean()),
};

/** What the service worker accepts. A message is an input like any other: strict, and refused whole. */
export const requestSchemas: {
  readonly [Type in RequestType]: v.GenericSchema<unknown, Requests[Type]['request']>;
} = {
  pair: v.strictObject({
    origin: text(2000),
    code: text(40),
    name: v.pipe(text(100), v.trim(), v.minLength(1)),
  }),
  'begin-inspection': v.strictObject({
    operators: startOptions.makers,
    enforcement: v.boolean(),
    attested: v.pipe(
      v.array(v.picklist(attestationIds)),
      v.check((ids) => new Set(ids).size === ids.length, 'named twice'),
    ),
    language: v.picklist(['zh', 'en']),
  }),
  'end-inspection': v.strictObject({}),
  'inspection-state': v.strictObject({}),
  'service-state': v.strictObject({}),
  'loss-seen': v.strictObject({}),
  'offline-state': v.strictObject({}),
  'import-challenges': v.strictObject({ text: text(20_000_000) }),
  'set-authorities': v.strictObject({
    urls: v.pipe(v.array(text(2000)), v.maxLength(10)),
    roots: text(200_000),
  }),
  'list-cases': v.strictObject({}),
  'create-case': v.strictObject({ number: text(100), title: text(300) }),
  precheck: v.strictObject({ tabId: v.exactOptional(v.number()) }),
  'start-capture': v.union([
    v.strictObject({ tabId: v.number(), ...startOptions, ...kindOptions }),
    v.strictObject({ url: text(20_000), ...startOptions, ...kindOptions }),
  ]),
  'pick-region': v.strictObject({ tabId: v.number(), language: v.picklist(languages) }),
  'cancel-pick': v.strictObject({ tabId: v.number() }),
  'list-downloads': v.strictObject({}),
  'begin-sequence': v.strictObject({ title: v.pipe(text(200), v.trim(), v.minLength(1)) }),
  'add-step': v.union([
    v.strictObject({ tabId: v.number(), ...startOptions, ...stepOptions }),
    v.strictObject({ url: text(20_000), ...startOptions, ...stepOptions }),
  ]),
  'withdraw-label': v.strictObject({ sequenceId }),
  'end-sequence': v.strictObject({ sequenceId }),
  'start-recording': v.strictObject({
    tabId: v.number(),
    caseId: startOptions.caseId,
    purpose: startOptions.purpose,
    makers: startOptions.makers,
    silent: v.exactOptional(v.boolean()),
  }),
  'stop-recording': v.strictObject({ captureId }),
  'add-marker': v.strictObject({
    captureId,
    note: text(1000),
    pressedAt: v.exactOptional(v.pipe(v.number(), v.finite())),
  }),
  'add-transcript': v.pipe(
    v.strictObject({
      captureId,
      fromMs: offset,
      toMs: offset,
      speaker: v.exactOptional(text(100)),
      text: v.pipe(text(5000), v.trim(), v.minLength(1)),
    }),
    v.check(({ fromMs, toMs }) => fromMs <= toMs, 'ends before it begins'),
  ),
  'finish-recording': v.strictObject({ captureId }),
  'capture-state': v.strictObject({ captureId }),
  'list-captures': v.strictObject({ limit: v.exactOptional(v.pipe(v.number(), v.maxValue(1000))) }),
  retry: v.strictObject({ captureId }),
  discard: v.strictObject({ captureId, reason: v.pipe(text(1000), v.trim(), v.minLength(1)) }),
  'open-package': v.strictObject({ captureId, what: v.picklist(['package', 'certificate']) }),
};
