import { readdirSync, readFileSync } from 'node:fs';

/**
 * Proportional set size of the extension's own processes (service worker, panel, offscreen document), in bytes.
 * @param group process group of the browser. Linux only.
 */
export function extensionMemory(group: number): number {
  let bytes = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      // Fields after the name in parentheses: state, parent, process group.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) !== group) continue;
      if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--extension-process')) continue;
      const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1];
      bytes += Number(kilobytes) * 1024;
    } catch (error) {
      // A process may end while it is looked at.
      if (!/ENOENT|ESRCH/.test(String(error))) throw error;
    }
  return bytes;
}
