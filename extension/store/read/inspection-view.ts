import type { InspectionView } from '#shared/view/inspection-view';
import type { InspectionRow } from '../rows.ts';

/** The JSON a watcher of an inspection gets, from its row. */
export function inspectionViewOf(row: InspectionRow): InspectionView {
  const { id, begunAt, begunBy, enforcement, operators, endedAt, endReason } = row;
  return {
    ...{ id, begunAt, begunBy, enforcement, operators },
    items: row.items.map(({ kind, finding, mark }) => ({ kind, finding, mark })),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(endReason === undefined ? {} : { endReason }),
  };
}
