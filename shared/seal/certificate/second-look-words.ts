export type SecondLookLabel = 'second-source';
export type SecondLookPhrase =
  | 'single-source'
  | 'look-connection'
  | 'look-address-same'
  | 'look-address-different'
  | 'look-address-not-recorded'
  | 'look-certificate-same'
  | 'look-certificate-same-issuer-and-names'
  | 'look-certificate-different'
  | 'look-certificate-not-recorded'
  | 'look-capture'
  | 'look-officers-different'
  | 'look-officers-not-known'
  | 'look-title-same'
  | 'look-title-different'
  | 'look-text-same'
  | 'look-text-different'
  | 'look-text-not-recorded'
  | 'look-prices-none'
  | 'look-prices-same'
  | 'look-prices-different'
  | 'look-prices-not-recorded';

/** What the certificate says of second looks, in one language. */
export interface SecondLookWords {
  readonly labels: Readonly<Record<SecondLookLabel, string>>;
  readonly phrases: Readonly<Record<SecondLookPhrase, string>>;
}
