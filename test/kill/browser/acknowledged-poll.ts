import type { ExtensionSession } from '../../e2e/extension-session.ts';

/** What the browser's database held of a capture when it was last looked at, by this process. */
export interface Acknowledged {
  /** SHA-256 by path: each row was reported stored, with its journal entry, before it was seen here. */
  readonly artefacts: Map<string, string>;
  /** SHA-256 by index of each chunk of a recording. */
  readonly chunks: Map<number, string>;
  /** UTC ms at which recording began, by the device clock. */
  recordingFrom?: number;
}

export interface AcknowledgedPoll {
  readonly acknowledged: Acknowledged;
  /** Stops looking, call it just before the kill; what was seen stays. Resolves when nothing is being read. */
  stop(): Promise<void>;
}

interface Seen {
  readonly artefacts: readonly (readonly [string, string])[];
  readonly chunks: readonly (readonly [number, string])[];
  readonly from?: number;
}

/**
 * Reads the rows of a capture over and over, in another process than the browser: what is noted here was stored
 * before the browser is killed.
 */
export function pollAcknowledged(browser: ExtensionSession, captureId: string): AcknowledgedPoll {
  const acknowledged: Acknowledged = { artefacts: new Map(), chunks: new Map() };
  let over = false;
  const looking = (async () => {
    while (!over) {
      const seen = await browser.evaluate<Seen>(rowsOf(captureId)).catch((error: unknown) => {
        // A killed browser answers no more.
        if (!over) throw error;
      });
      if (seen === undefined || over) return;
      for (const [path, sha256] of seen.artefacts) acknowledged.artefacts.set(path, sha256);
      for (const [index, sha256] of seen.chunks) acknowledged.chunks.set(index, sha256);
      if (seen.from !== undefined) acknowledged.recordingFrom = seen.from;
      await pause(30);
    }
  })();
  // Thrown again by `stop`.
  looking.catch(() => undefined);
  return {
    acknowledged,
    async stop() {
      over = true;
      await looking;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function rowsOf(captureId: string): string {
  return `(async () => {
    const id = ${JSON.stringify(captureId)};
    const request = (made) => new Promise((resolve, reject) => {
      made.onsuccess = () => resolve(made.result);
      made.onerror = () => reject(made.error);
    });
    globalThis.watched ??= await request(indexedDB.open('tiezheng'));
    const reading = watched.transaction(['artefacts', 'recordings', 'captures']);
    const range = IDBKeyRange.bound([id, ''], [id, []]);
    const [artefacts, entries, row] = await Promise.all([
      request(reading.objectStore('artefacts').getAll(range)),
      request(reading.objectStore('recordings').getAll(IDBKeyRange.bound([id, 0], [id, Infinity]))),
      request(reading.objectStore('captures').get(id)),
    ]);
    return {
      artefacts: artefacts.map(({ path, sha256 }) => [path, sha256]),
      chunks: entries.filter(({ entry }) => entry.type === 'chunk').map(({ entry }) => [entry.index, entry.sha256]),
      ...(row?.recording === undefined ? {} : { from: row.recording.startedAt }),
    };
  })()`;
}
