/** Lets a few at a time do something, in the order of asking. */
export interface WriteTurns {
  /** @returns a function that gives the turn back. */
  take(): Promise<() => void>;
}

/** @param count how many have a turn at once. */
export function createWriteTurns(count: number): WriteTurns {
  const waiting: (() => void)[] = [];
  let free = count;
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => void waiting.push(resolve));
      let isMine = true;
      return () => {
        if (isMine) giveBack();
        isMine = false;
      };
    },
  };
}
