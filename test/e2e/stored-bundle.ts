/** A page of the extension, in whatever browser. */
interface Evaluator {
  evaluate<T>(expression: string): Promise<T>;
}

/** The WACZ of capture `id`, fetched in slices: what is on disk, not what the extension says. */
export async function storedBundle(browser: Evaluator, id: string): Promise<Buffer> {
  const slices: Buffer[] = [];
  for (let from = 0; ; from += SLICE) {
    const slice = Buffer.from(await browser.evaluate<string>(readSlice(id, from)), 'base64');
    slices.push(slice);
    if (slice.length < SLICE) return Buffer.concat(slices);
  }
}

const SLICE = 24 * 2 ** 20;

function readSlice(id: string, from: number): string {
  return `(async () => {
    const request = (made) => new Promise((resolve, reject) => {
      made.onsuccess = () => resolve(made.result);
      made.onerror = () => reject(made.error);
    });
    const database = await request(indexedDB.open('tiezheng'));
    const row = await request(database.transaction('blobs').objectStore('blobs').get('${id}/${id}.wacz'));
    database.close();
    const bytes = new Uint8Array(await row.blob.slice(${from}, ${from + SLICE}).arrayBuffer());
    let binary = '';
    for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(binary);
  })()`;
}
