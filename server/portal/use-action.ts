import { useState } from 'preact/hooks';
import { ApiError } from './api.ts';

export interface Action {
  run(): Promise<void>;
  readonly busy: boolean;
  readonly error: ApiError | undefined;
}

/** Something a person starts: one at a time, its failure kept until the next try. */
export function useAction(act: () => Promise<void>): Action {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  return {
    busy,
    error,
    run: async () => {
      if (busy) return;
      setBusy(true);
      setError(undefined);
      try {
        await act();
      } catch (thrown) {
        setError(asApiError(thrown));
      } finally {
        setBusy(false);
      }
    },
  };
}

/** Ceremonies of passkeys end with a DOMException: given up, timed out, or known already. */
function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (name === 'NotAllowedError' || name === 'AbortError') return new ApiError('PASSKEY_CANCELLED', message);
  if (name === 'InvalidStateError') return new ApiError('PASSKEY_KNOWN', message);
  if (name === 'SecurityError' || name === 'NotSupportedError')
    return new ApiError('PASSKEYS_UNAVAILABLE', message);
  return new ApiError('INTERNAL', message);
}
