import { CodedError } from '#shared/lib/errors';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import type { Database } from '../store/database.ts';
import type { AuthoritiesRow } from '../store/rows.ts';
import { PipelineError } from './pipeline-error.ts';

type Authorities = Omit<AuthoritiesRow, 'key'>;

/** Time-stamp authorities asked when the service is away: the administrator's, where a policy names any. */
export async function authorities(database: Database): Promise<Authorities> {
  const managed = await database.settings.get('managed-authorities');
  if (managed !== undefined) return managed;
  return (await database.settings.get('authorities')) ?? { urls: [], roots: '' };
}

/** @throws PipelineError AUTHORITY_MALFORMED for an address that is none, or roots that are no certificates */
export async function setAuthorities(
  database: Database,
  key: AuthoritiesRow['key'],
  { urls, roots }: Authorities,
): Promise<void> {
  const addresses = urls.map((url) => url.trim()).filter((url) => url !== '');
  for (const url of addresses)
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new PipelineError('AUTHORITY_MALFORMED', 'not an http or https address', { entry: url });
  await database.settings.put({ key, urls: [...new Set(addresses)], roots: certificatesIn(roots) });
}

function certificatesIn(text: string): string {
  const pem = text.trim();
  if (pem === '') return '';
  try {
    const blocks = parsePem(`${pem}\n`, 'CERTIFICATE');
    for (const block of blocks) parseCertificate(block);
    if (blocks.length > 0) return `${pem}\n`;
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
  }
  throw new PipelineError('AUTHORITY_MALFORMED', 'no certificates in PEM', { entry: 'PEM' });
}
