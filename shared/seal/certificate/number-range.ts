import type { NumberRange } from './input.ts';

/** `7` or `7–9`. */
export function numberRange({ from, to }: NumberRange): string {
  return from === to ? String(from) : `${from}–${to}`;
}
