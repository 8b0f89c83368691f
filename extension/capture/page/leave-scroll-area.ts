/** Runs inside the page, so it must hold everything it uses. Puts back every position `enterScrollArea` remembered. */
export function leaveScrollArea(): void {
  const world = globalThis as { scrollPositions?: (readonly [Element, number, number])[] };
  for (const [element, left, top] of world.scrollPositions ?? [])
    element.scrollTo({ left, top, behavior: 'instant' });
  world.scrollPositions = [];
}
