import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { address } from '../field-schemas.ts';

/** 本机出口 IP: the address the service saw the device come from. Its signed words are the samples of `clock`. */
export const egressAddress = defineItem({
  kind: 'egress-address',
  phase: 'inspection',
  findings: { seen: 'service-observed', 'not-seen': 'not-possible' },
  evidence: { address: v.optional(address) },
});
