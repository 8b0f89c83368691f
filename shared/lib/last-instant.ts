/**
 * 9999-12-31T00:00:00Z in UTC ms. Later ones have no ISO 8601 form of four-digit years in every time zone, and from
 * 8.64e15 on none at all (ECMAScript `Date`): a file that names one is refused, so that it can always be printed.
 */
export const LAST_INSTANT = 253_402_214_400_000;
