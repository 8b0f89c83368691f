import type { Numbering, NumberRange } from '#shared/seal/certificate/input';
import type { ServiceDefect } from '#shared/seal/service-defect';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';
import { splitByGaps } from './split-by-gaps.ts';

type NumberContext = Pick<IntakeContext, 'store' | 'log' | 'now' | 'gapAfterMs'>;

/** More ranges are not looked at, nor printed: a device in such a state is plain enough. */
const RANGES = 50;
/** The newest closings printed. */
const CLOSINGS = 20;

/**
 * Looks at the numbers of a device below `sequence` when a capture arrives. Those awaited for longer than the limit,
 * counted from when the service first knew of a later number, are declared missing: logged, then stored.
 * @returns defects that follow for this capture. @throws IntakeError LOG_FAILED
 */
export async function accountForNumbers(
  context: NumberContext,
  device: string,
  sequence: number,
): Promise<ServiceDefect[]> {
  const { numbering } = context.store;
  const missing = await numbering.missingBelow(device, sequence, RANGES);
  for (const range of (await sorted(context, device, missing)).awaited)
    if (await isOverdue(context, device, range)) await declare(context, device, range);
  const { gaps } = await sorted(context, device, missing);
  const late = await numbering.gapsWithin(device, sequence, sequence);
  return [
    ...(gaps.length > 0 ? (['numbers-missing'] as const) : []),
    ...(late.length > 0 ? (['arrived-after-gap'] as const) : []),
  ];
}

/** What the certificate says of the numbers of a device below `sequence`. */
export async function numberingOf(
  context: NumberContext,
  device: string,
  sequence: number,
): Promise<Numbering> {
  const { numbering } = context.store;
  const missing = await numbering.missingBelow(device, sequence, RANGES);
  const closings = await numbering.closingsBelow(device, sequence, CLOSINGS);
  return {
    completeTo: (missing[0]?.from ?? sequence) - 1,
    ...(await sorted(context, device, missing)),
    closed: closings.map((closing) => ({ sequence: closing.sequence, outcome: closing.outcome })),
  };
}

async function sorted(
  { store }: NumberContext,
  device: string,
  missing: readonly NumberRange[],
): Promise<Pick<Numbering, 'awaited' | 'gaps'>> {
  const [first, last] = [missing[0], missing.at(-1)];
  if (first === undefined || last === undefined) return { awaited: [], gaps: [] };
  return splitByGaps(missing, await store.numbering.gapsWithin(device, first.from, last.to));
}

async function isOverdue(
  { store, now, gapAfterMs }: NumberContext,
  device: string,
  { to }: NumberRange,
): Promise<boolean> {
  const since = await store.numbering.knownSince(device, to);
  return since !== undefined && now().getTime() - since > gapAfterMs;
}

async function declare(
  { store, log, now }: NumberContext,
  device: string,
  { from: first, to: last }: NumberRange,
): Promise<void> {
  await appendLeaf(log, { type: 'evidence-gap/v1', device, first, last });
  await store.numbering.declareGap({ device, first, last, declaredAt: now().getTime() });
}
