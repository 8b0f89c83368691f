import * as v from 'valibot';

/** Values of settings. Arguments and variables are text; in the file numbers are numbers and lists are lists. */

export const httpUrl = v.pipe(
  v.string(),
  v.check((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'not an http(s) URL'),
);

/** A whole number from 0 to `max`, or its decimal digits. */
export const wholeNumber = (max: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))], 'not a number'),
    v.integer(),
    v.minValue(0),
    v.maxValue(max),
  );

/** A list of texts, or one text with commas between. */
export const textList = v.union(
  [
    v.array(v.pipe(v.string(), v.minLength(1))),
    v.pipe(
      v.string(),
      v.transform((joined) => joined.split(',').filter((part) => part !== '')),
    ),
  ],
  'not a list of texts',
);

export const shortText = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));

/** Names, paths and the like. */
export const longText = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
