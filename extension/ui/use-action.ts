import { useState } from 'preact/hooks';
import type { WireError } from '#shared/view/error-code';
import { MessageError } from '../messages/message-error.ts';

export interface Action<Argument> {
  run(argument: Argument): Promise<void>;
  readonly busy: boolean;
  readonly error: WireError | undefined;
  clear(): void;
}

/** Something a person starts: one at a time, its failure kept until the next try. */
export function useAction<Argument = void>(act: (argument: Argument) => Promise<void>): Action<Argument> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError>();
  return {
    busy,
    error,
    clear: () => setError(undefined),
    run: async (argument) => {
      if (busy) return;
      setBusy(true);
      setError(undefined);
      try {
        await act(argument);
      } catch (thrown) {
        setError(asWire(thrown));
      } finally {
        setBusy(false);
      }
    },
  };
}

function asWire(thrown: unknown): WireError {
  if (thrown instanceof MessageError) {
    const { code, message, entry } = thrown;
    return entry === undefined ? { code, message } : { code, message, entry };
  }
  return { code: 'INTERNAL', message: thrown instanceof Error ? thrown.message : String(thrown) };
}
