import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { ConfigError } from '../config-error.ts';
import type { OidcSettings } from '../identity/oidc.ts';
import { longText, shortText } from './values.ts';

/** `oidc`: an identity provider people may sign in at. */
export const oidcSection = v.strictObject({
  /** Its issuer identifier, exactly as it names itself. */
  issuer: v.pipe(
    longText,
    v.check((issuer) => isIssuer(issuer), 'not an https URL without query (plain http on loopback only)'),
  ),
  clientId: longText,
  /** File with the client's secret; none for a public client. */
  clientSecretFile: v.optional(longText),
  /** As people know it, on the button. */
  name: shortText,
});

/** The provider as it is used, its secret read. @throws ConfigError FILE_UNREADABLE */
export function configuredOidc(
  configFile: string,
  section: v.InferOutput<typeof oidcSection> | undefined,
): OidcSettings | undefined {
  if (section === undefined) return undefined;
  const { clientSecretFile, ...settings } = section;
  if (clientSecretFile === undefined) return settings;
  const path = resolve(dirname(configFile), clientSecretFile);
  try {
    return { ...settings, clientSecret: readFileSync(path, 'utf8').trim() };
  } catch (cause) {
    throw new ConfigError('FILE_UNREADABLE', `${path} cannot be read`, {
      entry: 'oidc.clientSecretFile',
      cause,
    });
  }
}

/** OpenID Connect Discovery §3: https, no query, no fragment. */
function isIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { protocol, hostname, search, hash } = new URL(issuer);
  const isLocal = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return (protocol === 'https:' || isLocal) && search === '' && hash === '';
}
