import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A screen nobody sees, with a real pointer: what a browser draws around pages can be clicked. */
export interface VirtualScreen {
  /** Value of DISPLAY for programs that shall show on it. */
  readonly display: string;
  /** Moves the pointer there and presses its first button. */
  click(x: number, y: number): void;
  close(): void;
}

/** Opens one of 1280 × 900 with Xvfb; `undefined` where Xvfb or xdotool are absent. */
export async function openVirtualScreen(): Promise<VirtualScreen | undefined> {
  const isAbsent = (tool: string) => spawnSync(tool, ['-help']).error !== undefined;
  if (isAbsent('Xvfb') || isAbsent('xdotool')) return undefined;
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
  const display = `:${number.toString().trim()}`;
  return {
    display,
    click: (x, y) =>
      void execFileSync('xdotool', ['mousemove', '--sync', String(x), String(y), 'click', '1'], {
        env: { ...process.env, DISPLAY: display },
      }),
    close: () => void server.kill(),
  };
}
