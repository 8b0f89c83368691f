/** Identifier octets of the universal types in use (ITU-T X.690 §8.1.2, low tag numbers only). */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
  /** `[n] IMPLICIT` over a primitive type. */
  primitive: (n: number) => 0x80 | n,
  /** `[n] EXPLICIT`, or `[n] IMPLICIT` over SEQUENCE and SET. */
  constructed: (n: number) => 0xa0 | n,
} as const;
