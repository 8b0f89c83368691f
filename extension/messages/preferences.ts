import * as v from 'valibot';
import type { Maker, StartCapture } from './protocol.ts';

/** How the panel was last set; the shortcut captures the same way. */
export interface Preferences {
  readonly mode: StartCapture['mode'];
  readonly cookies: boolean;
  readonly caseId?: string;
  readonly purpose: string;
  readonly makers: readonly Maker[];
}

export const defaultPreferences: Preferences = { mode: 'reload', cookies: false, purpose: '', makers: [] };

const maker = v.object({
  name: v.string(),
  certificate: v.exactOptional(v.string()),
  role: v.exactOptional(v.string()),
});
const schema = v.object({
  mode: v.picklist(['reload', 'as-is']),
  cookies: v.boolean(),
  caseId: v.exactOptional(v.string()),
  purpose: v.string(),
  makers: v.array(maker),
});
const KEY = 'preferences';

/** The stored settings; the defaults when there are none or an older version wrote them differently. */
export async function readPreferences(): Promise<Preferences> {
  const stored = await chrome.storage.local.get(KEY);
  const parsed = v.safeParse(schema, stored[KEY]);
  return parsed.success ? parsed.output : defaultPreferences;
}

export async function storePreferences(preferences: Preferences): Promise<void> {
  await chrome.storage.local.set({ [KEY]: preferences });
}
