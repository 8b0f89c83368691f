/** How far work may run ahead of the one who takes its results. */
export interface AheadLimits<Item> {
  /** Items under way, or waiting to be taken, at most. */
  readonly count: number;
  /** The sum of their weights, unless a single one is heavier. */
  readonly weight: number;
  readonly weightOf: (item: Item) => number;
}

/**
 * The results of `work`, in the order of `items`, while work on the next few is under way already.
 * @throws what `work` rejects with, in the turn of its item
 */
export async function* ahead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  limits: AheadLimits<Item>,
): AsyncGenerator<Result> {
  const waiting: { readonly result: Promise<Result>; readonly weight: number }[] = [];
  let weight = 0;
  const take = async (): Promise<Result> => {
    const first = waiting.shift() as (typeof waiting)[number];
    weight -= first.weight;
    return await first.result;
  };
  for await (const item of items) {
    const own = limits.weightOf(item);
    while (waiting.length > 0 && (waiting.length >= limits.count || weight + own > limits.weight))
      yield await take();
    const result = work(item);
    // Its failure is thrown in its turn; until then nobody listens.
    result.catch(() => undefined);
    waiting.push({ result, weight: own });
    weight += own;
  }
  while (waiting.length > 0) yield await take();
}
