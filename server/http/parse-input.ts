import * as v from 'valibot';
import { HttpError } from './http-error.ts';

/**
 * Input of a request as its schema describes it, strictly.
 * @throws HttpError REQUEST_MALFORMED naming the first field at fault
 */
export function parseInput<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? undefined;
  throw new HttpError('REQUEST_MALFORMED', issue.message, { entry: field });
}
