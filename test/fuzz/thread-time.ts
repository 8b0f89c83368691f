import { readFileSync, readlinkSync } from 'node:fs';

/** Clock ticks of /proc (USER_HZ), the same on every Linux. */
const TICK_MS = 10;

/** What a thread of this process has done so far. */
export interface ThreadTime {
  /** Processor time it was given. */
  readonly cpuMs: number;
  /** Whether it waits for something other than a processor. */
  readonly waits: boolean;
}

/** Number of the calling thread; 0 where the system has no /proc. */
export function ownThread(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return 0;
  }
}

/** `undefined` for a thread that is gone, and where the system has no /proc (proc(5)). */
export function threadTime(thread: number): ThreadTime | undefined {
  try {
    const status = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    // The name of the thread is in brackets and may hold anything.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const [state, user, system] = [fields[0], Number(fields[11]), Number(fields[12])];
    return { cpuMs: (user + system) * TICK_MS, waits: state !== 'R' };
  } catch {
    return undefined;
  }
}
