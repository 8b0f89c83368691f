/**
 * Monotonic ms that mean the same moment in every context of the extension: they run in one process, which takes the
 * wall clock once for all its time origins. Setting the clock later does not move it.
 */
export function deviceMono(): number {
  return performance.timeOrigin + performance.now();
}
