import { base64Bytes } from '../base64-bytes.ts';
import { planTiles, type Tile } from '../tile-plan.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import { RepeatCheck } from './repeat-check.ts';
import { settleLayout } from './settle-layout.ts';

const SHOT_TIMEOUT = 15_000;
/** Time kept back for what comes after the tiles; ms. */
const RESERVE = 8000;

interface Shot {
  readonly n: number;
  readonly tile: Tile;
  readonly png: Uint8Array<ArrayBuffer>;
  readonly startedAt: number;
  readonly endedAt: number;
  /** What it repeats, if anything; being looked into while the next shot is taken. */
  readonly repetition: Promise<string | undefined>;
}

/**
 * Pictures of the whole page in tiles, top to bottom. A tile is stored while the next one is taken; when the capture is
 * cut, what had been taken is stored all the same.
 * @param scale device px per CSS px. @param settled whether the layout has come to rest
 */
export async function captureTiles(run: CaptureRun, scale: number, settled: Promise<boolean>): Promise<void> {
  const { page, sink, limits } = run;
  const url = run.main.url.slice(0, 20_000);
  if (!(await settled)) {
    const detail = 'the layout never came to rest; neighbouring tiles may not agree';
    sink.omission({ what: 'picture', reason: 'timeout', url, detail });
  }
  const { cssContentSize, cssLayoutViewport } = await page('Page.getLayoutMetrics', {});
  const { tiles, height } = planTiles(cssContentSize, scale, limits.height);
  if (height < Math.floor(cssContentSize.height)) {
    const detail = `pictured to ${height} of ${Math.ceil(cssContentSize.height)} px`;
    sink.omission({ what: 'page-height', reason: 'over-limit', url, detail });
  }
  const { clientHeight: viewportHeight } = cssLayoutViewport;
  const check = new RepeatCheck(run, { viewportHeight, scale, pageHeight: cssContentSize.height });
  let waiting: Shot | undefined;
  let storing: Promise<void> = Promise.resolve();
  try {
    for (const [index, tile] of tiles.entries()) {
      if (performance.now() > run.endsAt - RESERVE) {
        const detail = `${index} of ${tiles.length} tiles, down to y ${tile.y} px, were taken in the time allowed`;
        sink.omission({ what: 'page-height', reason: 'timeout', url, detail });
        break;
      }
      sink.progress('tiles', index, tiles.length);
      const detail = `tile ${index + 1} of ${tiles.length}, y ${tile.y} to ${tile.y + tile.height} px`;
      const shot = await attempt(run, { what: 'picture', url, detail }, () =>
        takeShot(run, check, index + 1, tile),
      );
      await storing;
      storing = storeShot(run, await assured(run, check, waiting), scale);
      storing.catch(() => undefined);
      waiting = shot;
    }
    waiting = await assured(run, check, waiting);
  } finally {
    await storing;
    await storeShot(run, waiting, scale);
  }
  sink.progress('tiles', tiles.length, tiles.length);
}

async function takeShot({ page }: CaptureRun, check: RepeatCheck, n: number, tile: Tile): Promise<Shot> {
  const startedAt = Date.now();
  const { data } = await page(
    'Page.captureScreenshot',
    { format: 'png', optimizeForSpeed: true, captureBeyondViewport: true, clip: { ...tile, scale: 1 } },
    SHOT_TIMEOUT,
  );
  const endedAt = Date.now();
  const png = base64Bytes(data);
  const repetition = check.repetition(tile, png);
  repetition.catch(() => undefined);
  return { n, tile, png, startedAt, endedAt, repetition };
}

/** A repeating picture is taken once more when the layout has rested; if it still repeats, the ledger says so. */
async function assured(
  run: CaptureRun,
  check: RepeatCheck,
  shot: Shot | undefined,
): Promise<Shot | undefined> {
  if (shot === undefined) return undefined;
  const url = run.main.url.slice(0, 20_000);
  const where = `tile ${shot.n}, y ${shot.tile.y} px`;
  const repeats = await attempt(
    run,
    { what: 'picture', url, detail: `${where}: not checked` },
    () => shot.repetition,
  );
  if (repeats === undefined) return shot;
  const again = await attempt(run, { what: 'picture', url, detail: `${where}: ${repeats}` }, async () => {
    await settleLayout(run);
    const second = await takeShot(run, check, shot.n, shot.tile);
    const still = await second.repetition;
    if (still !== undefined)
      run.sink.omission({ what: 'picture', reason: 'repeats-another', url, detail: `${where}: ${still}` });
    return second;
  });
  return again ?? shot;
}

async function storeShot({ sink }: CaptureRun, shot: Shot | undefined, scale: number): Promise<void> {
  if (shot === undefined) return;
  const { n, tile, png, startedAt, endedAt } = shot;
  await sink.artefact({ kind: 'screenshot', n, bytes: png, about: { ...tile, scale, startedAt, endedAt } });
}
