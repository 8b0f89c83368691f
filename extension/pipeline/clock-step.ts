/** Less is how clocks are kept right. */
const NOTED_MS = 1000;

/**
 * Watches a wall clock against a monotonic one, both in ms.
 * @returns asked each time, by how much the wall clock was moved since; 0 for less than a second
 */
export function clockStep(wall: () => number, monotonic: () => number): () => number {
  let origin = wall() - monotonic();
  return () => {
    const by = Math.round(wall() - monotonic() - origin);
    if (Math.abs(by) < NOTED_MS) return 0;
    origin += by;
    return by;
  };
}
