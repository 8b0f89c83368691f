import { type RowHashes, rowHashes } from './row-hashes.ts';

/** Columns looked at in each row. */
const SAMPLES = 48;

/**
 * Row hashes of a PNG, from 48 pixels of each row. The browser decodes on another thread.
 * @throws when the bytes are no picture
 */
export async function pictureRows(png: Uint8Array<ArrayBuffer>): Promise<RowHashes> {
  const bitmap = await createImageBitmap(new Blob([png], { type: 'image/png' }));
  const { height } = bitmap;
  const context = new OffscreenCanvas(SAMPLES, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no 2d context');
  context.imageSmoothingEnabled = false;
  context.drawImage(bitmap, 0, 0, SAMPLES, height);
  bitmap.close();
  return rowHashes(context.getImageData(0, 0, SAMPLES, height).data, SAMPLES, height);
}
