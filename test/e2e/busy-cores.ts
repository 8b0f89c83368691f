import { spawn } from 'node:child_process';

/** Keeps `count` processes busy until the returned function is called. */
export function busyCores(count: number): () => void {
  const loops = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  return () => {
    for (const loop of loops) loop.kill('SIGKILL');
  };
}
