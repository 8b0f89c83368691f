import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { isDiskFull, StoreError } from '../store/store-error.ts';
import { type BodyPlace, receiveBody } from './receive-body.ts';

/**
 * Uploads as files. The library forgets why a write failed; a disk that had no room at that moment is told as such even
 * when there is room again a moment later.
 */
export class IncomingFiles extends FileStore {
  /**
   * Writes the body of a request into the file of an upload.
   * @returns the new offset of the upload.
   * @throws StoreError DISK_FULL; what arrived before stays, and is where the device goes on
   */
  async receive(body: Readable, id: string, place: BodyPlace): Promise<number> {
    try {
      return place.offset + (await receiveBody(body, join(this.directory, id), place));
    } catch (error) {
      if (isDiskFull(error))
        throw new StoreError('DISK_FULL', 'no room for the upload', { entry: id, cause: error });
      if (typeof (error as { status_code?: unknown }).status_code === 'number') throw error;
      // As the library says it.
      throw { status_code: 500, body: 'Something went wrong receiving the file\n' };
    }
  }

  /** The library's way to the file, which `JsonTusServer` goes round. */
  override async write(): Promise<number> {
    throw new TypeError('a body is received, not written');
  }
}
