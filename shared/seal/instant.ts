const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** `2026-11-22 12:00:00.250`, the wall clock of UTC+8; China has kept no daylight saving time since 1991. */
export function beijingTime(at: number): string {
  return wallClock(at + BEIJING_OFFSET_MS);
}

/** `2026-11-22 04:00:00.250 UTC`. */
export function utcTime(at: number): string {
  return `${wallClock(at)} UTC`;
}

/** Seconds with one decimal, e.g. `3.4`; from milliseconds. */
export function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function wallClock(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, text.endsWith('.000Z') ? 19 : 23)}`;
}
