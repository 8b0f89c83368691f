/** Whom a statement rests on (design §1): the device, the service's own eyes, a person's word, or nobody. */
export const marks = ['device-reported', 'service-observed', 'operator-attested', 'not-possible'] as const;
export type Mark = (typeof marks)[number];
