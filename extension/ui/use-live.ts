import { useEffect, useState } from 'preact/hooks';
import type { Reader } from '../store/read/reader.ts';
import { usePlatform } from './platform.ts';

/**
 * The newest result of `query`, `undefined` before the first. Runs again whenever what it read changes, in whatever
 * context, and when `key` does.
 */
export function useLive<T>(query: (reader: Reader) => Promise<T>, key = ''): T | undefined {
  const { reader } = usePlatform();
  const [state, setState] = useState<{ key: string; value: T }>();
  useEffect(
    () =>
      reader.observe(
        () => query(reader),
        (value) => setState({ key, value }),
        () => setState(undefined),
      ),
    // A query is a new function at each render; `key` says when it asks for something else.
    [reader, key],
  );
  return state?.key === key ? state.value : undefined;
}
