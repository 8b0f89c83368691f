import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The same in all processes since the machine started; where the system has no such name, of this process alone. What
 * was written under the same one has not been through a loss of power, synced or not.
 */
export const bootId: string = systemBootId() ?? randomUUID();

function systemBootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}
