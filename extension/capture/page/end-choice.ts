/** Runs in the page: takes the frame of `chooseRegion` away, also one that an ended session left behind. */
export function endChoice(): void {
  (globalThis as { endRegionChoice?: () => void }).endRegionChoice?.();
  for (const host of document.querySelectorAll('tiezheng-region')) host.remove();
}
