import { useEffect, useState } from 'preact/hooks';
import type { GenericSchema, InferOutput } from 'valibot';
import { ApiError, ask } from '../api.ts';

/** What a GET answers, now and after each `reload`. */
export function useList<const Schema extends GenericSchema>(path: string, answer: Schema) {
  const [list, setList] = useState<InferOutput<Schema>>();
  const [error, setError] = useState<ApiError>();
  const reload = async () => {
    try {
      setList(await ask(path, { answer }));
      setError(undefined);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
    }
  };
  useEffect(() => void reload(), [path]);
  return { list, error, reload };
}
