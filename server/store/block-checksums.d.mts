/** CRC-32 of the whole blocks of a file of `size` bytes, empty, for all threads that hash ranges of it. */
export function sharedChecksums(size: number): SharedArrayBuffer;
