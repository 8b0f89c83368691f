import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { browserPorts } from '../extension/host/browser-ports.ts';
import { buildBundle } from '../extension/pipeline/bundle.ts';
import { createServiceClient } from '../extension/pipeline/service-client.ts';
import { systemClock } from '../extension/pipeline/system-clock.ts';
import { openDatabase } from '../extension/store/database.ts';
import { putArtefact } from '../extension/store/put-artefact.ts';
import { readCapture } from '../extension/store/update-capture.ts';

/** What `bench/bundle.ts` calls in the extension's panel; runs on the extension's own database. */
export interface BundlePage {
  /** Adds a file of random bytes to a capture, as a recording's chunk would be. */
  addFile(capture: string, n: number, bytes: number): Promise<void>;
  /** Bundles the capture once more, all by JSZip or laid out around the stored files. @returns ms */
  build(capture: string, way: 'jszip' | 'laid out'): Promise<number>;
}

const database = openDatabase();
const QUOTA = 65_536;

const page: BundlePage = {
  addFile: async (capture, n, size) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += QUOTA) crypto.getRandomValues(bytes.subarray(at, at + QUOTA));
    const artefact = {
      kind: 'mhtml',
      path: `evidence/filling-${n}.mhtml`,
      mediaType: 'multipart/related',
      bytes: size,
      sha256: toHex(await browserPorts.sha256(bytes)) as Sha256,
      crc32: browserPorts.crc32(bytes),
      createdBy: 'bench',
    } as const;
    await putArtefact(database, systemClock, capture, artefact, new Blob([bytes]));
  },
  build: async (capture, way) => {
    const service = createServiceClient(database, (input, init) => fetch(input, init));
    const context = { database, clock: systemClock, service, sleep: async () => undefined };
    const row = await readCapture(database, capture);
    const began = performance.now();
    await buildBundle(context, row, { jszipBytes: way === 'jszip' ? 1e12 : 0, files: 60_000 });
    return performance.now() - began;
  },
};

Object.assign(globalThis, { bundlePage: page });
