import type { CaptureSink } from '../engine.ts';
import type { DebuggerTab } from './debugger-tab.ts';

/** A sink that notices when storing fails: then nothing further can be kept, and the capture ends. */
export interface GuardedSink extends CaptureSink {
  /** Whether anything of the page has been stored. */
  readonly hasStored: () => boolean;
  /** @throws the first failure to store, unchanged. */
  readonly assertStored: () => void;
}

export function guardSink(sink: CaptureSink, tab: DebuggerTab): GuardedSink {
  let stored = 0;
  let failure: { readonly error: unknown } | undefined;
  const watch = async <Value>(storing: Promise<Value>): Promise<Value> => {
    try {
      const value = await storing;
      stored++;
      return value;
    } catch (error) {
      failure ??= { error };
      tab.lose('engine-error', 'storing failed');
      throw error;
    }
  };
  return {
    artefact: (input) => watch(sink.artefact(input)),
    body: (bytes) => watch(sink.body(bytes)),
    pieces: () => {
      const pieces = sink.pieces();
      return { write: (bytes) => watch(pieces.write(bytes)), close: () => watch(pieces.close()) };
    },
    artefactOfBody: (input) => watch(sink.artefactOfBody(input)),
    event: (event) => sink.event(event),
    omission: (omission) => sink.omission(omission),
    progress: (step, done, total) => sink.progress(step, done, total),
    hasStored: () => stored > 0,
    assertStored: () => {
      if (failure !== undefined) throw failure.error;
    },
  };
}
