import type {
  RecorderAnswer,
  RecorderMessage,
  RecorderReply,
  RecorderRequest,
} from '../host/recorder-request.ts';

/** The listener of the context that records; every other message is left to others. */
export function recorderListener(recorder: (request: RecorderRequest) => Promise<RecorderAnswer>) {
  return (message: unknown, _sender: unknown, reply: (answer: RecorderReply) => void): boolean => {
    if (!isForRecorder(message)) return false;
    recorder(message.request).then(
      (answer) => reply({ ok: true, answer }),
      (error: unknown) =>
        reply({ ok: false, message: error instanceof Error ? error.message : String(error) }),
    );
    // Keeps the channel open until `reply` is called.
    return true;
  };
}

function isForRecorder(message: unknown): message is RecorderMessage {
  return typeof message === 'object' && message !== null && 'to' in message && message.to === 'recorder';
}
