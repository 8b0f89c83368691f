import { concatBytes } from '#shared/lib/concat-bytes';
import { toHex } from '#shared/lib/hex';
import type { Digester, IncrementalSha256 } from '#shared/lib/port';
import type { Sha256 } from '#shared/lib/sha256';
import { fromUtf8 } from '#shared/lib/utf8';
import type { HeaderList } from './engine-event.ts';
import { WarcError } from './warc-error.ts';
import { isFieldName, isFieldValue, WARC_VERSION } from './warc-record.ts';

/** What one record turned out to hold; nothing is compared with its own digests yet. */
export interface ParsedRecord {
  readonly fields: HeaderList;
  /** Bytes between the named fields and the closing CRLF CRLF. */
  readonly blockLength: number;
  readonly blockSha256: Sha256;
  readonly payloadLength: number;
  readonly payloadSha256: Sha256;
  /** Decoded HTTP head of an `application/http` block. */
  readonly head?: string;
}

const HEADER_LIMIT = 2 ** 17;
/** Chromium allows URLs of 2 MiB and 256 KiB of response headers. */
const HEAD_LIMIT = 2 ** 23;

/**
 * Parses one uncompressed record from pieces of any size, in memory bounded by its headers.
 * @param declared length of the whole record, so that the closing CRLF CRLF is found without looking ahead.
 * @throws WarcError
 */
export async function parseWarcRecord(
  pieces: AsyncIterable<Uint8Array>,
  declared: number,
  digester: Pick<Digester, 'createSha256'>,
  entry: string,
): Promise<ParsedRecord> {
  const parser = new RecordParser(declared, digester, entry);
  for await (const piece of pieces) parser.push(piece);
  return parser.finish();
}

class RecordParser {
  private readonly declared: number;
  private readonly entry: string;
  private readonly block: IncrementalSha256;
  private readonly payload: IncrementalSha256;
  private fields: HeaderList | undefined;
  private head: string | undefined;
  private waiting: Uint8Array = new Uint8Array();
  private state: 'fields' | 'head' | 'payload' | 'end' = 'fields';
  private blockLeft = 0;
  private blockLength = 0;
  private payloadLength = 0;

  constructor(declared: number, digester: Pick<Digester, 'createSha256'>, entry: string) {
    this.declared = declared;
    this.entry = entry;
    this.block = digester.createSha256();
    this.payload = digester.createSha256();
  }

  push(piece: Uint8Array): void {
    let bytes = this.waiting.length === 0 ? piece : concatBytes(this.waiting, piece);
    this.waiting = new Uint8Array();
    if (this.state === 'fields') bytes = this.takeFields(bytes);
    if (this.state === 'head') bytes = this.takeHead(bytes);
    if (this.state === 'payload') bytes = this.takePayload(bytes);
    this.waiting = bytes;
    if (this.state === 'end' && bytes.length > 4) this.refuse('RECORD_MALFORMED', 'bytes after the record');
  }

  finish(): ParsedRecord {
    if (this.state === 'head') this.refuse('HTTP_MALFORMED', 'no HTTP head in the block');
    if (this.fields === undefined) this.refuse('RECORD_MALFORMED', 'named fields do not end');
    if (this.state !== 'end' || !isEmptyLines(this.waiting))
      this.refuse('RECORD_MALFORMED', 'record does not end with CRLF CRLF');
    return {
      fields: this.fields,
      blockLength: this.blockLength,
      blockSha256: toHex(this.block.digest()) as Sha256,
      payloadLength: this.payloadLength,
      payloadSha256: toHex(this.payload.digest()) as Sha256,
      ...(this.head === undefined ? {} : { head: this.head }),
    };
  }

  private takeFields(bytes: Uint8Array): Uint8Array {
    const end = afterEmptyLine(bytes, HEADER_LIMIT);
    if (end === undefined) {
      if (bytes.length > HEADER_LIMIT) this.refuse('RECORD_MALFORMED', 'named fields too long');
      return bytes;
    }
    this.fields = this.parseFields(bytes.subarray(0, end));
    this.blockLength = this.declared - end - 4;
    if (this.blockLength < 0) this.refuse('RECORD_MALFORMED', 'record shorter than its fields');
    this.blockLeft = this.blockLength;
    const isHttp = this.fields.some(
      ([name, value]) => name === 'Content-Type' && value.startsWith('application/http'),
    );
    this.state = isHttp ? 'head' : this.blockLeft === 0 ? 'end' : 'payload';
    return bytes.subarray(end);
  }

  private parseFields(header: Uint8Array): HeaderList {
    const [version, ...lines] = this.decode(header).split('\r\n');
    if (version !== WARC_VERSION) this.refuse('RECORD_MALFORMED', 'version line is not WARC/1.1');
    return lines.slice(0, -2).map((line) => {
      const colon = line.indexOf(': ');
      const field = [line.slice(0, colon), line.slice(colon + 2)] as const;
      if (colon < 1 || !isFieldName(field[0]) || !isFieldValue(field[1]))
        this.refuse('FIELD_MALFORMED', `field line ${JSON.stringify(line.slice(0, 80))}`);
      return field;
    });
  }

  private takeHead(bytes: Uint8Array): Uint8Array {
    const block = bytes.subarray(0, this.blockLeft);
    const end = afterEmptyLine(block, HEAD_LIMIT);
    if (end === undefined) {
      if (bytes.length > Math.min(HEAD_LIMIT, this.blockLeft))
        this.refuse('HTTP_MALFORMED', 'no HTTP head in the block');
      return bytes;
    }
    const head = block.subarray(0, end);
    this.block.update(head);
    this.head = this.decode(head, 'HTTP_MALFORMED');
    this.blockLeft -= end;
    this.state = this.blockLeft === 0 ? 'end' : 'payload';
    return bytes.subarray(end);
  }

  private takePayload(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, this.blockLeft);
    this.block.update(part);
    this.payload.update(part);
    this.payloadLength += part.length;
    this.blockLeft -= part.length;
    if (this.blockLeft === 0) this.state = 'end';
    return bytes.subarray(part.length);
  }

  private decode(
    bytes: Uint8Array,
    code: 'RECORD_MALFORMED' | 'HTTP_MALFORMED' = 'RECORD_MALFORMED',
  ): string {
    try {
      return fromUtf8(bytes);
    } catch (cause) {
      throw new WarcError(code, 'header is not UTF-8', { entry: this.entry, cause });
    }
  }

  private refuse(code: WarcError['code'], message: string): never {
    throw new WarcError(code, message, { entry: this.entry });
  }
}

/** Index after the first CRLF CRLF within `limit`, or `undefined`. */
function afterEmptyLine(bytes: Uint8Array, limit: number): number | undefined {
  const last = Math.min(bytes.length, limit) - 4;
  for (let at = bytes.indexOf(13); at !== -1 && at <= last; at = bytes.indexOf(13, at + 1))
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at + 4;
  return undefined;
}

function isEmptyLines(bytes: Uint8Array): boolean {
  return bytes.length === 4 && bytes[0] === 13 && bytes[1] === 10 && bytes[2] === 13 && bytes[3] === 10;
}
