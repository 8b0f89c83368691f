import type { StartRecording } from '../messages/protocol.ts';
import { addOmission } from '../store/update-capture.ts';
import type { CapturingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';
import type { RecordingWatch } from './recording-watch.ts';

/** How a recording has begun. */
export interface BegunRecorder {
  readonly source: 'tab-capture' | 'screencast';
  readonly tab: { readonly tabId: number; readonly url: string; readonly title: string };
  readonly sound: boolean;
  readonly width: number;
  readonly height: number;
  readonly beganMono: number;
}

/**
 * Has the recorder begin: with the picture and sound the browser gives of the tab; or with pictures alone, when a
 * person wants that or the tab gives no media. The ledger then says that there is no sound, and why.
 * @throws PipelineError DEBUGGER_REFUSED when pictures cannot be had either; HostError RECORDER_FAILED
 */
export async function beginRecorder(
  context: CapturingContext,
  watch: RecordingWatch,
  captureId: string,
  { tabId, silent = false }: Pick<StartRecording, 'tabId' | 'silent'>,
): Promise<BegunRecorder> {
  const { database, clock, host } = context;
  const start = async (source: BegunRecorder['source']): Promise<BegunRecorder> => {
    const tab = await host.tab(tabId);
    const { visible, muted } = tab;
    const stream = source === 'screencast' ? {} : { stream: await host.tabStream(tabId) };
    const answer = await host.recorder({ type: 'start', captureId, ...stream, visible, muted });
    const { sound = false, width = 0, height = 0, beganMono = 0 } = answer;
    return { source, tab, sound, width, height, beganMono };
  };
  const silently = async (detail: string) => {
    if (!watch.attached)
      throw new PipelineError('DEBUGGER_REFUSED', 'the tab cannot be watched', { entry: String(tabId) });
    await watch.cast();
    const begun = await start('screencast');
    await addOmission(database, clock, captureId, { what: 'audio', reason: 'refused', detail });
    return begun;
  };
  if (silent) return await silently('pictures only: the extension had not been called on the tab');
  try {
    return await start('tab-capture');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return await silently(`pictures only: ${why}`.slice(0, 2000).toWellFormed());
  }
}
