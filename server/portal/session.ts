import { useEffect, useState } from 'preact/hooks';
import type { InferOutput } from 'valibot';
import { type MeAnswer, meAnswer, signInWaysAnswer } from '#shared/api/people';
import { ApiError, ask, nothing, rememberCsrf } from './api.ts';

type Ways = InferOutput<typeof signInWaysAnswer>;

export interface Session {
  /** `undefined` while not known yet, `null` when nobody is signed in. */
  readonly me: MeAnswer | null | undefined;
  readonly ways: Ways | undefined;
  /** Why the service cannot be asked. */
  readonly failure: ApiError | undefined;
  /** Takes what signing in, or a change of oneself, answered. */
  enter(me: MeAnswer): void;
  /** Asks again who is signed in. */
  refresh(): Promise<void>;
  leave(): Promise<void>;
}

const OVER = new Set(['CREDENTIALS_MISSING', 'SESSION_UNKNOWN', 'CSRF_REFUSED']);

/** Who is signed in in this browser. */
export function useSession(): Session {
  const [me, setMe] = useState<MeAnswer | null>();
  const [ways, setWays] = useState<Ways>();
  const [failure, setFailure] = useState<ApiError>();
  const enter = (answer: MeAnswer | null) => {
    rememberCsrf(answer?.csrf ?? null);
    setMe(answer);
  };
  const refresh = async () => {
    try {
      setWays(await ask('/sign-in', { answer: signInWaysAnswer }));
      enter(await ask('/me', { answer: meAnswer }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (OVER.has(error.code)) enter(null);
      else setFailure(error);
    }
  };
  useEffect(() => void refresh(), []);
  return {
    me,
    ways,
    failure,
    enter,
    refresh,
    async leave() {
      await ask('/sign-out', { method: 'POST', answer: nothing });
      enter(null);
    },
  };
}
