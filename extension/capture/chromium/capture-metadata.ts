import type { PageMetadata } from '#shared/fact/page-metadata';
import { readMetadata } from '../page/read-metadata.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import type { FrameWorld } from './frame-world.ts';

/** Stores what the document of the main frame says of itself. */
export async function captureMetadata(
  run: CaptureRun,
  world: FrameWorld,
  moment: PageMetadata['moment'],
): Promise<void> {
  const url = run.main.url.slice(0, 20_000);
  const what = moment === 'found' ? 'found-set' : 'dom';
  await attempt(run, { what, url, detail: 'metadata' }, async () => {
    const metadata = await world.call(readMetadata, [moment]);
    await run.sink.artefact({
      kind: 'page-metadata',
      n: moment === 'found' ? 1 : 2,
      bytes: new TextEncoder().encode(`${JSON.stringify(metadata, undefined, 1)}\n`),
      about: { moment },
    });
  });
}
