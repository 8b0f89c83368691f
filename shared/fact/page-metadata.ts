import * as v from 'valibot';

const text = v.pipe(v.string(), v.maxLength(20_000));

/** What a document says of itself at one moment: `evidence/page-001.json` as found, `page-002.json` as captured. */
export const pageMetadataSchema = v.strictObject({
  version: v.literal(1),
  moment: v.picklist(['found', 'final']),
  url: text,
  title: text,
  /** Encoding and media type by which the browser read it. */
  charset: text,
  contentType: text,
  /** As the document has it: local time without a zone; the present moment where the server named none. */
  lastModified: text,
  referrer: text,
  language: text,
  readyState: text,
  canonical: text,
  /** Whether a person has clicked, typed or tapped since the document was loaded; null where the browser does not tell. */
  userActive: v.nullable(v.boolean()),
  /** `name` is that of `name`, `property`, `http-equiv` or `itemprop`. */
  meta: v.pipe(v.array(v.strictObject({ name: text, content: text })), v.maxLength(500)),
  /** JSON-LD blocks as they stand. */
  structured: v.pipe(v.array(text), v.maxLength(50)),
});
export type PageMetadata = v.InferOutput<typeof pageMetadataSchema>;
