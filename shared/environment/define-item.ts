import * as v from 'valibot';
import { millis } from './field-schemas.ts';
import { type Mark, marks } from './mark.ts';

/** Items of an inspection are made once and hold for all its captures; those of a capture are about that one. */
export type Phase = 'inspection' | 'capture';

/** What the project knows about one kind of item; everything else walks the registry by `kind`. */
export interface ItemDefinition<
  Kind extends string = string,
  Findings extends Readonly<Record<string, Mark>> = Readonly<Record<string, Mark>>,
  Evidence extends v.ObjectEntries = v.ObjectEntries,
  At extends Phase = Phase,
> {
  readonly kind: Kind;
  readonly phase: At;
  /** What can be found, and whom each finding rests on. */
  readonly findings: Findings;
  /** Members of `evidence`. */
  readonly evidence: Evidence;
  /** Whether a report may hold several. */
  readonly many?: true;
}

/**
 * Ties the literal types of a kind together and makes its schema: strict, and with the one mark that its finding has.
 */
export function defineItem<
  const Kind extends string,
  const Findings extends Readonly<Record<string, Mark>>,
  const Evidence extends v.ObjectEntries,
  const At extends Phase,
>(definition: ItemDefinition<Kind, Findings, Evidence, At>) {
  const { kind, findings, evidence } = definition;
  type Finding = keyof Findings & string;
  const schema = v.pipe(
    v.strictObject({
      kind: v.literal(kind),
      finding: v.picklist(Object.keys(findings) as Finding[]),
      mark: v.picklist(marks),
      /** UTC ms by the device clock. */
      checkedAt: millis,
      evidence: v.strictObject(evidence),
    }),
    v.check(({ finding, mark }) => findings[finding] === mark, 'the mark is not that of the finding'),
  );
  return { ...definition, schema };
}
