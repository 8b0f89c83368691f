import { openDatabase } from '../store/database.ts';
import { finishCapture } from './finish-capture.ts';
import { recorderListener } from './recorder-listener.ts';
import { createServiceClient } from './service-client.ts';
import { systemClock } from './system-clock.ts';
import { openTabRecorder } from './tab-recorder.ts';

/**
 * The context that bundles, uploads and watches. It is told which capture to finish and keeps no list of its own: the
 * job table is the truth, so being closed at any moment costs nothing but the step under way.
 */
export function wireOffscreen(): void {
  const database = openDatabase();
  const context = {
    database,
    clock: systemClock,
    service: createServiceClient(database, (input, init) => fetch(input, init)),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
  const running = new Set<string>();
  const finish = (id: string) => {
    if (running.has(id)) return;
    running.add(id);
    void finishCapture(context, id).finally(() => running.delete(id));
  };
  const recorder = openTabRecorder(context, (id) => finish(id));
  chrome.runtime.onMessage.addListener(recorderListener(recorder));
  chrome.runtime.onMessage.addListener((message: unknown, _sender, reply: (answer: boolean) => void) => {
    const id = captureToFinish(message);
    if (id === undefined) return;
    reply(true);
    finish(id);
  });
}

function captureToFinish(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  if (!('to' in message) || message.to !== 'offscreen' || !('captureId' in message)) return undefined;
  return typeof message.captureId === 'string' ? message.captureId : undefined;
}
