/** Prints steps as they begin and end: lines for people, NDJSON `{step, state, ms}` with `json`. */
export function createProgress({ json, out = process.stdout }) {
  // A reader that has seen enough (`| head`) must not end a capture.
  out.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const write = (text) => out.write(`${text}\n`);
  const state = new Map();

  function step(name, newState, ms, note = '') {
    if (state.get(name) === newState) return;
    state.set(name, newState);
    if (json) write(JSON.stringify({ step: name, state: newState, ms: Math.round(ms) }));
    else if (newState !== 'running') {
      const mark = newState === 'done' ? '✓' : '✗';
      write(
        `${mark} ${name.padEnd(16)} ${(ms / 1000).toFixed(2).padStart(6)} s${note === '' ? '' : `  ${note}`}`,
      );
    }
  }

  /** Runs `work` as a step and passes its result on. */
  async function during(name, work, note = () => '') {
    const started = performance.now();
    step(name, 'running', 0);
    try {
      const result = await work();
      step(name, 'done', performance.now() - started, note(result));
      return result;
    } catch (error) {
      step(name, 'failed', performance.now() - started);
      throw error;
    }
  }

  const text = (line) => json || write(line);
  const last = (value) => json && write(JSON.stringify(value));
  return { step, during, text, last };
}
