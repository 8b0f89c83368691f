/** Number of a capture from its id `CAP-<device>-<number>`, which `captureIdSchema` has let through. */
export function sequenceOf(captureId: string): number {
  return Number(captureId.split('-')[2]);
}
