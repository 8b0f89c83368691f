/**
 * What only the service can say against a bundle that does not refuse it; stands in the receipt beside the bundle's
 * own defects.
 */
export type ServiceDefect =
  /** Its token or log proof is not one this service gave: another authority's, or another service's. */
  | 'anchor-not-ours'
  /** The environment report holds words of another service. */
  | 'environment-not-ours'
  | 'device-suspended'
  /** The device was suspended for a fork before, and reinstated. */
  | 'device-forked-before'
  | 'device-revoked-after-anchor'
  /** Numbers below this capture's never arrived and were declared missing. */
  | 'numbers-missing'
  /** The number itself had been declared missing when the capture arrived. */
  | 'arrived-after-gap';
