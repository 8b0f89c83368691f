import * as v from 'valibot';
import type { Requests, RequestType } from './protocol.ts';

const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const captureId = text(64);
const maker = v.strictObject({
  name: v.pipe(text(100), v.trim(), v.minLength(1)),
  certificate: v.exactOptional(text(100)),
  role: v.exactOptional(text(60)),
});
const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const startOptions = {
  mode: v.picklist(['reload', 'as-is']),
  cookies: v.boolean(),
  caseId: v.exactOptional(text(64)),
  purpose: text(2000),
  makers: v.pipe(v.array(maker), v.maxLength(10)),
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
  'service-state': v.strictObject({}),
  'list-cases': v.strictObject({}),
  'create-case': v.strictObject({ number: text(100), title: text(300) }),
  precheck: v.strictObject({ tabId: v.exactOptional(v.number()) }),
  'start-capture': v.union([
    v.strictObject({ tabId: v.number(), ...startOptions }),
    v.strictObject({ url: text(20_000), ...startOptions }),
  ]),
  'start-recording': v.strictObject({
    tabId: v.number(),
    caseId: startOptions.caseId,
    purpose: startOptions.purpose,
    makers: startOptions.makers,
  }),
  'stop-recording': v.strictObject({ captureId }),
  'add-marker': v.strictObject({ captureId, note: text(1000) }),
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
