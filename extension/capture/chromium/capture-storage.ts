import { type FrameStorage, readStorage } from '../page/read-storage.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import { framePlaces, frameUrl } from './frame-places.ts';
import { FrameWorld } from './frame-world.ts';

/** Characters of one area; browsers allow pages about twice as many. */
const MAX_CHARACTERS = 5_000_000;

/** Web storage of the origins that have a frame in the page; called only when the case allows it. */
export async function captureStorage(run: CaptureRun): Promise<void> {
  const { page, sink, main, targets, tab } = run;
  const places = await framePlaces(run, page, main.url);
  for (const { session, url } of targets.frames())
    places.push(...(await framePlaces(run, tab.target(session), url)));
  const origins = new Map<string, FrameStorage>();
  for (const { send, frame } of places) {
    const url = frameUrl(frame);
    await attempt(run, { what: 'storage', url }, async () => {
      const world = await FrameWorld.open(send, frame.id);
      const stored = await world.call(readStorage, [MAX_CHARACTERS]);
      if (origins.has(stored.origin)) return;
      origins.set(stored.origin, stored);
      const left = stored.areas.reduce((sum, area) => sum + area.left, 0);
      if (left > 0)
        sink.omission({ what: 'storage', reason: 'over-limit', url, detail: `${left} characters` });
    });
  }
  const text = `${JSON.stringify({ version: 1, origins: [...origins.values()] }, undefined, 1)}\n`;
  await sink.artefact({ kind: 'storage', n: 1, bytes: new TextEncoder().encode(text) });
}
