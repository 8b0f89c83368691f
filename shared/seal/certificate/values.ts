import { printableUrl } from '../source-class.ts';
import { shortened, visibleText } from '../visible-text.ts';
import type { FactValue } from './facts.ts';
import type { PhraseKey } from './text.ts';

/** Longer texts are cut with the number of characters left out; the bundle holds them whole. */
const MAX_TEXT = 2000;

/** Text from outside, made safe to print. */
export function printable(text: string): string {
  return visibleText(shortened(text, MAX_TEXT));
}

/** A URL from outside: ASCII host, then as any text. */
export function printableAddress(url: string): string {
  return printable(printableUrl(url));
}

export const text = (value: string): FactValue => ({ type: 'text', text: printable(value) });
export const address = (url: string): FactValue => ({ type: 'text', text: printableAddress(url) });
export const digest = (value: string): FactValue => ({ type: 'digest', text: value });
export const instant = (at: number): FactValue => ({ type: 'instant', at });
export const phrase = (key: PhraseKey, ...values: readonly string[]): FactValue =>
  values.length === 0
    ? { type: 'phrase', phrase: key }
    : { type: 'phrase', phrase: key, values: values.map(printable) };
