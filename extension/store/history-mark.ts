import * as v from 'valibot';
import type { Database } from './database.ts';
import type { CaptureRow } from './rows.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const range = v.strictObject({ from: count, to: count });
const schema = v.strictObject({
  /** Device id the numbers belong to. */
  device: v.string(),
  /** Newest capture number given out. */
  last: count,
  /** Numbers of captures with stored evidence that no package holds yet, ascending. */
  unsealed: v.array(range),
  /** UTC ms at which it was so. */
  at: count,
});

/** What is kept beside the database, so that its disappearance does not look like a first start. */
export type HistoryMark = v.InferOutput<typeof schema>;

/** A mark as it was kept; `undefined` when there is none or it is of another form. */
export function parseHistoryMark(value: unknown): HistoryMark | undefined {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}

/** The mark of the database as it is now; `undefined` before the first number. */
export async function readHistoryMark(database: Database, now: number): Promise<HistoryMark | undefined> {
  return await database.transaction('r', [database.device, database.captures], async () => {
    const device = await database.device.get('device');
    if (device === undefined || device.sequence === 0) return undefined;
    const open = await database.captures.where('state').noneOf(['sealed', 'discarded']).toArray();
    const numbers = open.filter(holdsEvidence).map(({ sequence }) => sequence);
    return { device: device.deviceId, last: device.sequence, unsealed: rangesOf(numbers), at: now };
  });
}

/** One that failed before anything of the page was stored left a number and nothing else. */
function holdsEvidence({ state, closedAt, engineStarted, engineEndedAt }: CaptureRow): boolean {
  return (
    state !== 'failed' || closedAt !== undefined || (engineStarted === true && engineEndedAt !== undefined)
  );
}

function rangesOf(numbers: readonly number[]): HistoryMark['unsealed'] {
  const ranges: HistoryMark['unsealed'] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === number - 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges;
}
