import { CaptureError } from '../capture-error.ts';
import type { CaptureLimits, CaptureRequest } from '../engine.ts';
import { BodyInterceptor } from './body-interceptor.ts';
import type { CaptureRun } from './capture-run.ts';
import { CommandError } from './command-error.ts';
import type { DebuggerTab } from './debugger-tab.ts';
import { dismissDialogs } from './dismiss-dialogs.ts';
import type { GuardedSink } from './guarded-sink.ts';
import { MainFrame } from './main-frame.ts';
import { NetworkActivity } from './network-activity.ts';
import { NetworkRecorder } from './network-recorder.ts';
import { targetPreparation } from './prepare-target.ts';
import { Targets } from './targets.ts';

const FIRST_ANSWER = 5000;

/**
 * Builds what the steps share, in the attached tab.
 * @throws CaptureError PAGE_NOT_ANSWERING when the page's process gives no first answer
 */
export async function openRun(
  tab: DebuggerTab,
  request: CaptureRequest & { limits: Required<CaptureLimits> },
  sink: GuardedSink,
): Promise<CaptureRun> {
  const { limits } = request;
  const page = tab.target();
  dismissDialogs(tab, sink);
  const frame = await firstFrame(tab);
  const recorder = new NetworkRecorder(tab, sink, { bodyLimit: limits.body, requestBodies: request.cookies });
  const interceptor = new BodyInterceptor(tab, limits.body, (id, body) => recorder.exactBody(id, body));
  const targets = new Targets(tab, sink, targetPreparation(request.mode, interceptor));
  const main = new MainFrame(tab, frame);
  const activity = new NetworkActivity(tab);
  return { request, limits, sink, tab, page, main, targets, recorder, activity, interceptor };
}

/** `Page.enable` also makes dialogs visible to us; one that was open before keeps every page silent. */
async function firstFrame(tab: DebuggerTab): Promise<MainFrame['frame']> {
  const page = tab.target();
  try {
    await page('Page.enable', {}, FIRST_ANSWER);
    return (await page('Page.getFrameTree', {}, FIRST_ANSWER)).frameTree.frame;
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    const message = `the page's process does not answer (${cause.message}); a dialog may be open`;
    throw new CaptureError('PAGE_NOT_ANSWERING', message, { cause });
  }
}
