import * as v from 'valibot';

/** Listed entries; what is beyond is counted. */
export const LISTED = { texts: 500, lines: 200, urls: 100, characters: 300 } as const;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const url = v.pipe(v.string(), v.maxLength(20_000));
const line = v.pipe(v.string(), v.maxLength(LISTED.characters + 20));
const title = v.pipe(v.string(), v.maxLength(2000));
const listOf = <Item extends v.GenericSchema>(item: Item, max: number) =>
  v.pipe(v.array(item), v.maxLength(max));
const onlyThere = v.strictObject({ count, lines: listOf(line, LISTED.lines) });

/**
 * `evidence/facts.json`: what follows from comparing the page with the recorded responses and with itself as found.
 * Device-reported, like everything it is computed from.
 */
export const factsFileSchema = v.strictObject({
  version: v.literal(1),
  /** Visible text that occurs in no recorded response; null when the responses of the page were not recorded. */
  unexplained: v.nullable(
    v.strictObject({
      /** Bodies and WebSocket messages that were searched, and textual bodies that are not stored. */
      bodies: count,
      bodiesMissing: count,
      /** Distinct texts that were looked for. */
      texts: count,
      /** Of these: occur in no body. */
      count,
      /** Of `count`: every word occurs, so a script may have put them together. */
      composed: count,
      /** Of `count`: stood on the page as found and not on the page as reloaded. */
      foundOnly: count,
      entries: listOf(
        v.strictObject({
          where: v.picklist(['title', 'text']),
          found: v.boolean(),
          final: v.boolean(),
          /** Of the frame in which it was first met. */
          url,
          text: line,
          composed: v.boolean(),
        }),
        LISTED.texts,
      ),
    }),
  ),
  /** The page as found beside the page as captured; null when one of them is missing. */
  difference: v.nullable(
    v.strictObject({
      reloaded: v.boolean(),
      title: v.strictObject({ found: title, final: title }),
      foundLines: count,
      finalLines: count,
      onlyFound: onlyThere,
      onlyFinal: onlyThere,
    }),
  ),
  /** Responses that came from the browser's cache or a service worker and not from the network. */
  cached: v.strictObject({ count, urls: listOf(url, LISTED.urls) }),
  /** Whether a person had acted in the page, and form controls whose value is not the delivered one. */
  input: v.strictObject({
    found: v.nullable(v.boolean()),
    final: v.nullable(v.boolean()),
    changedControls: count,
  }),
});
export type FactsFile = v.InferOutput<typeof factsFileSchema>;
