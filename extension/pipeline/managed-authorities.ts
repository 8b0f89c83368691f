import * as v from 'valibot';
import type { Database } from '../store/database.ts';
import { setAuthorities } from './authorities.ts';
import { PipelineError } from './pipeline-error.ts';

const policy = v.object({
  timeStampAuthorities: v.optional(v.array(v.string()), []),
  timeStampRoots: v.optional(v.string(), ''),
});

/**
 * Takes over the authorities that an administrator's policy names (`chrome.storage.managed`); the panel shows them and
 * cannot change them. A policy that cannot be read leaves what was there.
 */
export async function takeManagedAuthorities(database: Database): Promise<void> {
  const stored = await chrome.storage.managed.get().catch(() => ({}));
  const parsed = v.safeParse(policy, stored);
  if (!parsed.success) return;
  const { timeStampAuthorities: urls, timeStampRoots: roots } = parsed.output;
  if (urls.length === 0) await database.settings.delete('managed-authorities');
  else
    await setAuthorities(database, 'managed-authorities', { urls, roots }).catch((error: unknown) => {
      if (!(error instanceof PipelineError)) throw error;
    });
}
