import { CaptureError } from '../capture-error.ts';
import type { CaptureLimits, CaptureRequest } from '../engine.ts';
import { BodyInterceptor } from './body-interceptor.ts';
import type { CaptureRun } from './capture-run.ts';
import { CommandError } from './command-error.ts';
import type { DebuggerTab } from './debugger-tab.ts';
import { dismissDialogs } from './dismiss-dialogs.ts';
import { firstFrame } from './first-frame.ts';
import type { GuardedSink } from './guarded-sink.ts';
import { MainFrame } from './main-frame.ts';
import { NetworkActivity } from './network-activity.ts';
import { NetworkRecorder } from './network-recorder.ts';
import { openHeld } from './open-held.ts';
import { targetPreparation } from './prepare-target.ts';
import { releasePage } from './release-page.ts';
import { SecuredResponses } from './secured-responses.ts';
import { Targets } from './targets.ts';

/**
 * Builds what the steps share, in the attached tab. A page that gives no answer is reloaded first, where the mode
 * allows it.
 * @throws CaptureError PAGE_NOT_ANSWERING when its process gives no first answer all the same; of `openHeld`
 */
export async function openRun(
  tab: DebuggerTab,
  request: CaptureRequest & { limits: Required<CaptureLimits> },
  sink: GuardedSink,
): Promise<CaptureRun> {
  const { limits, mode } = request;
  const endsAt = performance.now() + limits.total;
  const page = tab.target();
  dismissDialogs(tab, sink);
  const recorder = new NetworkRecorder(tab, sink, { bodyLimit: limits.body, requestBodies: request.cookies });
  const secured = new SecuredResponses(tab);
  const interceptor = new BodyInterceptor(tab, limits.body, (id, body) => recorder.exactBody(id, body));
  const targets = new Targets(tab, sink, targetPreparation(mode, interceptor));
  const frame = await firstFrame(page).catch(async (error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    if (mode === 'reload') {
      await releasePage(tab, sink, interceptor);
      return firstFrame(page).catch(notAnswering);
    }
    return notAnswering(error);
  });
  const main = new MainFrame(tab, frame);
  const activity = new NetworkActivity(tab);
  const run = {
    request,
    limits,
    endsAt,
    sink,
    tab,
    page,
    main,
    targets,
    recorder,
    activity,
    interceptor,
    secured,
  };
  if (request.held !== undefined) await openHeld(run, request.held);
  return run;
}

function notAnswering(cause: unknown): never {
  if (!(cause instanceof CommandError)) throw cause;
  const message = `the page's process does not answer (${cause.message}); a dialog may be open`;
  throw new CaptureError('PAGE_NOT_ANSWERING', message, { cause });
}
