import { base64Bytes } from '../base64-bytes.ts';
import { domFile } from '../dom-file.ts';
import { type LocatedRegion, locateRegion } from '../page/locate-region.ts';
import { planTiles } from '../tile-plan.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import { FrameWorld } from './frame-world.ts';

const SHOT_TIMEOUT = 20_000;
const MAX_TEXT = 1_000_000;
/** Of the text, as much as the certificate prints. */
const PRINTED_TEXT = 1000;
/** More pieces than this are no region any more; the full page has them. */
const MAX_PIECES = 40;

const phases = { found: 1, reloaded: 2 } as const;

/**
 * Pictures, text and DOM of the chosen region, in the page as it stands. A region that is not there is listed.
 * @param phase `found` before anything is done to the page, `reloaded` in the document that came by the reload
 */
export async function captureRegion(
  run: CaptureRun,
  phase: keyof typeof phases,
  scale: number,
): Promise<void> {
  const { main, sink, page, request } = run;
  const { region: choice } = request;
  if (choice === undefined) return;
  const omission = { what: 'region', url: main.url.slice(0, 20_000), detail: phase } as const;
  sink.progress('region');
  await attempt(run, omission, async () => {
    const world = await FrameWorld.open(page, main.frame.id);
    const found = await world.call(locateRegion, [choice, phase === 'reloaded', MAX_TEXT]);
    if (found === null) {
      sink.omission({ ...omission, reason: 'not-reached', detail: `${phase}: ${choice.path} is not there` });
      return;
    }
    await storeText(run, phase, found);
    const objectId = await world.node(`document.querySelector(${JSON.stringify(choice.path)})`);
    const { outerHTML } = await page('DOM.getOuterHTML', { objectId, includeShadowDOM: true });
    const about = { phase, path: choice.path };
    await sink.artefact({ kind: 'region-dom', n: phases[phase], bytes: domFile(outerHTML), about });
    await storePictures(run, phase, found, scale);
  });
}

async function storeText(
  { sink, request: { region } }: CaptureRun,
  phase: keyof typeof phases,
  { text, ...found }: LocatedRegion,
): Promise<void> {
  const whole = text.toWellFormed();
  await sink.artefact({
    kind: 'region-text',
    n: phases[phase],
    bytes: new TextEncoder().encode(whole),
    about: {
      phase,
      by: region?.by ?? '',
      path: region?.path ?? '',
      ...rectangle(found),
      characters: whole.length,
      text: whole.slice(0, PRINTED_TEXT).toWellFormed(),
    },
  });
}

async function storePictures(
  { page, sink, main, limits }: CaptureRun,
  phase: keyof typeof phases,
  found: LocatedRegion,
  scale: number,
): Promise<void> {
  const { tiles, height } = planTiles(found, scale, limits.height);
  const wanted = tiles.slice(0, MAX_PIECES);
  if (wanted.length < tiles.length || height < Math.floor(found.height))
    sink.omission({
      what: 'region',
      reason: 'over-limit',
      url: main.url.slice(0, 20_000),
      detail: `${phase}: ${wanted.length} of ${tiles.length} pieces; the full page has the rest`,
    });
  for (const [at, tile] of wanted.entries()) {
    const clip = { ...tile, x: found.x + tile.x, y: found.y + tile.y };
    const startedAt = Date.now();
    const { data } = await page(
      'Page.captureScreenshot',
      {
        format: 'png',
        optimizeForSpeed: true,
        // What is fixed to the viewport moves when the picture reaches beyond it.
        captureBeyondViewport: !isInside(clip, found.view),
        clip: { ...clip, scale: 1 },
      },
      SHOT_TIMEOUT,
    );
    const about = { phase, ...rectangle(clip), scale, startedAt, endedAt: Date.now() };
    const n = phases[phase] * 1000 + at + 1;
    await sink.artefact({ kind: 'region', n, bytes: base64Bytes(data), about });
  }
}

type Rectangle = Pick<LocatedRegion, 'x' | 'y' | 'width' | 'height'>;

function rectangle({ x, y, width, height }: Rectangle): Rectangle {
  return { x, y, width, height };
}

function isInside(inner: Rectangle, outer: Rectangle): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
