/** Where a page of a newest-first list begins: after this row. */
export interface Cursor {
  /** The row's time, UTC ms. */
  readonly at: number;
  readonly id: string;
}

/** A page of a list; `next` is absent on the last one. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next?: Cursor;
}

/** Cuts `limit + 1` fetched rows down to a page. */
export function toPage<Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => Cursor): Page<Row> {
  const last = rows[limit - 1];
  if (rows.length <= limit || last === undefined) return { rows };
  return { rows: rows.slice(0, limit), next: cursorOf(last) };
}
