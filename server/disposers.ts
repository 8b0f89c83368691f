/** What has been opened, closed in reverse order, each even when another fails. */
export interface Disposers {
  add(dispose: () => unknown): void;
  /** @throws the first error, after everything has been closed. */
  dispose(): Promise<void>;
}

export function createDisposers(): Disposers {
  const opened: (() => unknown)[] = [];
  return {
    add: (dispose) => void opened.push(dispose),
    async dispose() {
      const errors: unknown[] = [];
      for (;;) {
        const dispose = opened.pop();
        if (dispose === undefined) break;
        try {
          await dispose();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
