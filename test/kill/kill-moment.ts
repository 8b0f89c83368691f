import { setTimeout as sleep } from 'node:timers/promises';
import { type Acknowledged, countAcknowledged } from './acknowledged.ts';

/** A life that gets nowhere ends all the same. */
const LONGEST_LIFE_MS = 15_000;

/**
 * Waits for the random moment at which a service that is ready is killed: in half of the lives soon, in the middle of
 * what the last one left; else after some answers, or after a package has come to its end. Counted in what the service has
 * done, not in seconds: on a slow machine every life of seconds ended before the first seal, and nothing more was
 * uploaded.
 */
export async function killMoment(acknowledged: Acknowledged): Promise<void> {
  const kind = Math.random();
  if (kind < 0.5) return sleep(Math.random() * 500);
  const goal = countAcknowledged(acknowledged);
  if (kind < 0.8) goal.answers += 1 + Math.floor(Math.random() * 40);
  else goal.ends += 1;
  const limit = Date.now() + LONGEST_LIFE_MS;
  for (let now = countAcknowledged(acknowledged); now.answers < goal.answers || now.ends < goal.ends; ) {
    if (Date.now() > limit) return;
    await sleep(5);
    now = countAcknowledged(acknowledged);
  }
  await sleep(Math.random() * 100);
}
