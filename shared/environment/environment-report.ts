import * as v from 'valibot';
import { endReasons } from './end-reason.ts';
import { count, digest, millis, text } from './field-schemas.ts';
import { type Item, type ItemKind, itemSchema, items } from './items.ts';

const inspectionId = v.pipe(v.string(), v.regex(/^INS-[0-9a-f]{8}-[1-9][0-9]{0,15}$/));

const operatorSchema = v.strictObject({
  name: text(100),
  certificate: v.optional(text(100)),
  role: v.optional(text(60)),
});
export type Operator = v.InferOutput<typeof operatorSchema>;

const phaseItems = (phase: 'inspection' | 'capture') =>
  v.pipe(
    v.array(itemSchema),
    v.maxLength(100),
    v.check(
      (list) => list.every(({ kind }) => items[kind].phase === phase),
      `an item is not of the ${phase}`,
    ),
    v.check(eachOnce, 'an item comes twice'),
  );

/**
 * `evidence/environment.json` 清洁性检查报告: what the inspection 取证会话 found once for all its captures, and what was
 * found at this capture. Every item has a finding, its evidence, and the word for whom it rests on.
 */
export const environmentReportSchema = v.strictObject({
  version: v.literal(1),
  inspection: v.strictObject({
    id: inspectionId,
    /** UTC ms by the device clock. */
    begunAt: millis,
    /** `capture`: none was open, so the capture began one; nobody was asked to declare anything. */
    begunBy: v.picklist(['person', 'capture']),
    /** Begun for law enforcement, which needs two operators. */
    enforcement: v.boolean(),
    operators: v.pipe(v.array(operatorSchema), v.maxLength(10)),
    /** The one before on this device, and why it ended. */
    previous: v.nullable(v.strictObject({ id: inspectionId, endReason: v.picklist(endReasons) })),
    /** The entry of the device's journal that names the digest of what was found. */
    journal: v.strictObject({ seq: count, hash: digest }),
    items: phaseItems('inspection'),
  }),
  items: phaseItems('capture'),
});
export type EnvironmentReport = v.InferOutput<typeof environmentReportSchema>;

function eachOnce(list: Item[]): boolean {
  const seen = new Set<string>();
  return list.every((item) => {
    const key = item.kind === 'attestation' ? `attestation ${item.evidence.about}` : item.kind;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** The first item of a kind. */
export function itemOf<Kind extends ItemKind>(
  { inspection, items: own }: EnvironmentReport,
  kind: Kind,
): Item<Kind> | undefined {
  return [...inspection.items, ...own].find((item): item is Item<Kind> => item.kind === kind);
}
