import { timeAnswer } from '#shared/api/schemas';
import type { Clock } from '../store/clock.ts';
import { requestService } from './service-request.ts';

/**
 * Device clock minus service clock, in ms, half the round trip taken off (Cristian's method): the true offset lies
 * within ± half of `roundTrip`.
 * @throws PipelineError as `requestService`
 */
export async function measureClock(
  origin: string,
  clock: Clock,
  fetchFrom: typeof fetch,
): Promise<{ clockOffset: number; roundTrip: number }> {
  const asked = clock.mono();
  const { now } = await requestService(
    origin,
    { method: 'GET', path: '/time', answer: timeAnswer, timeoutMs: 4000 },
    fetchFrom,
  );
  const roundTrip = Math.round(clock.mono() - asked);
  return { clockOffset: Math.round(clock.now() - roundTrip / 2 - Date.parse(now)), roundTrip };
}
