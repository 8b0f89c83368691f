/**
 * Chrome DevTools Protocol over `--remote-debugging-pipe`: NUL-terminated JSON on two pipes.
 * Attaches to nothing by itself, which matters: a debugger on the captured tab would be a tamper signal.
 */
export function openCdp(writable, readable) {
  let nextId = 1;
  let rest = '';
  const waiting = new Map();

  const fail = (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  readable.setEncoding('utf8');
  readable.on('data', (text) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message);
      const call = waiting.get(id);
      if (call === undefined) continue;
      waiting.delete(id);
      if (error === undefined) call.resolve(result);
      else call.reject(new Error(`${call.method}: ${error.message}`));
    }
  });
  readable.on('close', () => fail(new Error('the browser ended')));
  writable.on('error', (error) => fail(error));

  /** Sends one command; rejects with the protocol's message or when the browser ends. */
  function send(method, params = {}, sessionId = undefined) {
    const id = nextId++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject, method });
      writable.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  return { send };
}
