const pad = (value: number) => String(value).padStart(2, '0');
const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** `2026-11-22 16:05:09` in Beijing time, which has had no summer time since 1991. */
export function beijingTime(at: number): string {
  const date = new Date(at + BEIJING_OFFSET_MS);
  const day = `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
  return `${day} ${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
}

/** ISO 8601 UTC to the second. */
export function utcTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Bytes with three significant figures in decimal units. */
export function byteCount(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `850 ms`, `3.2 s`, `2 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${pad(Math.floor((ms % 60_000) / 1000))} s`;
}

/** 64 hexadecimal digits in eight groups of eight: what a person can compare by eye and forms print (law.md §3.2). */
export function hashGroups(sha256: string): readonly string[] {
  return sha256.match(/.{1,8}/g) ?? [];
}
