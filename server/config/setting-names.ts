/** The three spellings of a setting: `minFreeBytes` in the file, `--min-free-bytes`, `TIEZHENG_MIN_FREE_BYTES`. */

export const VARIABLE_PREFIX = 'TIEZHENG_';

export function argumentOf(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Path in the file that a variable sets: of `TIEZHENG_LOG__THRESHOLD` it is `['log', 'threshold']`. */
export function pathOf(variable: string): string[] {
  return variable
    .slice(VARIABLE_PREFIX.length)
    .split('__')
    .map((part) => part.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()));
}
