interface Waiting<Row> {
  readonly row: Row;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Writes rows that come while a write is under way together in the next one: a transaction that is flushed to disk costs
 * about the same for one row as for ten. Each caller learns when its own row is there.
 * @param write one transaction for all rows; what it rejects with, each of their callers gets
 */
export function groupWrites<Row>(
  write: (rows: readonly Row[]) => Promise<void>,
): (row: Row) => Promise<void> {
  let waiting: Waiting<Row>[] = [];
  let writing = false;
  const writeAll = async () => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(group.map(({ row }) => row));
        for (const { done } of group) done();
      } catch (error) {
        for (const { failed } of group) failed(error);
      }
    }
    writing = false;
  };
  return (row) =>
    new Promise((done, failed) => {
      waiting.push({ row, done, failed });
      if (!writing) void writeAll();
    });
}
