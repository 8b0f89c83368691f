export type NumberingLabel = 'numbering' | 'history-lost' | 'clock-changes';
export type NumberingPhrase =
  | 'carried-unused'
  | 'numbers-complete'
  | 'numbers-awaited'
  | 'numbers-gap'
  | 'number-closed'
  | 'numbering-unknown'
  | 'numbers-lost'
  | 'numbers-lost-unsealed'
  | 'clock-steady'
  | 'clock-moved'
  | 'clock-not-watched'
  | 'warn-clock'
  | 'warn-gap'
  | 'warn-lost'
  | 'warn-fork';

/** What the certificate says of the numbers of a device, its challenges and its clock, in one language. */
export interface NumberingWords {
  readonly labels: Readonly<Record<NumberingLabel, string>>;
  readonly phrases: Readonly<Record<NumberingPhrase, string>>;
}
