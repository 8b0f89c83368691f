/** Attributes in which pages keep the address of a picture that a script shall load when it comes into view. */
export const lazyAttributes = [
  'data-src',
  'data-original',
  'data-lazy',
  'data-lazy-src',
  'data-ks-lazyload',
  'lazy-src',
];
