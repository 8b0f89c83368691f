import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { sampleSchema } from '../observation.ts';

/** Whether the inspection still held when this capture began: looked at again, with one more sample of the service. */
export const recheck = defineItem({
  kind: 'recheck',
  phase: 'capture',
  findings: {
    'just-begun': 'device-reported',
    held: 'service-observed',
    /** The service did not answer: extensions and clock were looked at by the device alone, the address not at all. */
    'held-unconfirmed': 'device-reported',
  },
  evidence: { sample: v.optional(sampleSchema) },
});
