import { type TamperSignal, tamperSignals } from './tamper-signals.ts';

const EVERY_MS = 1000;

/**
 * Looks for developer tools while our own debugger is attached, and once more for other debuggers when it has let go:
 * the browser says that a tab is debugged, not by whom, so until then ours hides any other.
 * @param before what was seen before attaching; only what is new is reported
 */
export function watchDebuggers(
  tabId: number,
  before: readonly TamperSignal[],
): { end(): Promise<TamperSignal[]> } {
  const known = new Set(before.map(keyOf));
  const found: TamperSignal[] = [];
  const note = (signals: readonly TamperSignal[]) => {
    for (const signal of signals) {
      if (known.has(keyOf(signal))) continue;
      known.add(keyOf(signal));
      found.push({ signal: `${signal.signal}-during`, detail: signal.detail });
    }
  };
  const look = async () =>
    note((await tamperSignals(tabId)).filter(({ signal }) => signal === 'devtools-open'));
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS);
  return {
    end: async () => {
      clearInterval(timer);
      note(await tamperSignals(tabId));
      return found;
    },
  };
}

function keyOf({ signal, detail }: TamperSignal): string {
  return signal === 'debugger-attached' ? signal : `${signal} ${detail}`;
}
