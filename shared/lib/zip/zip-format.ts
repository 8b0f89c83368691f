/** Signatures, lengths and limits of ZIP (PKWARE APPNOTE 6.3.10). */
export const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const END_SIGNATURE = 0x06054b50;
export const END64_SIGNATURE = 0x06064b50;
export const LOCATOR64_SIGNATURE = 0x07064b50;

export const LOCAL_LENGTH = 30;
export const CENTRAL_LENGTH = 46;
export const END_LENGTH = 22;
export const END64_LENGTH = 56;
export const LOCATOR64_LENGTH = 20;

export const ZIP64_EXTRA = 0x0001;
export const UTF8_FLAG = 0x0800;
export const U16_MAX = 0xffff;
export const U32_MAX = 0xffffffff;

/** Ours, not ZIP's: what a bundle or package can need with room to spare. */
export const MAX_NAME_BYTES = 255;
export const MAX_ENTRIES = 100_000;
export const MAX_DIRECTORY_BYTES = 32 * 2 ** 20;
