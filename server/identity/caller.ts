import type { Role, Scope } from '#shared/api/people';
import type { ApiToken } from '../store/api-tokens.ts';
import type { Device } from '../store/devices.ts';
import { OPERATOR } from '../store/people-migration.ts';
import type { User } from '../store/users.ts';

/** Who sent a request. `system` holds the administrator token of the data directory: the operator's own scripts. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'system' }
  | { readonly kind: 'device'; readonly device: Device }
  | { readonly kind: 'user'; readonly user: User; readonly session: string; readonly csrf: string }
  | { readonly kind: 'token'; readonly user: User; readonly token: ApiToken };

/** What a rule of the authorisation table may allow. */
export type Standing = 'anyone' | 'system' | 'device' | 'suspended-device' | 'revoked-device' | Role;

export function standingOf(caller: Caller): Standing {
  switch (caller.kind) {
    case 'nobody':
      return 'anyone';
    case 'system':
      return 'system';
    case 'device':
      if (caller.device.revokedAt !== null) return 'revoked-device';
      return caller.device.suspendedAt === null ? 'device' : 'suspended-device';
    case 'user':
    case 'token':
      return caller.user.role;
  }
}

/** The caller's organisation; the operator's scripts act for the operating one. */
export function organisationOf(caller: Caller): string | undefined {
  switch (caller.kind) {
    case 'nobody':
      return undefined;
    case 'system':
      return OPERATOR;
    case 'device':
      return caller.device.organisation;
    case 'user':
    case 'token':
      return caller.user.organisation;
  }
}

export function hasScope(token: ApiToken, scope: Scope): boolean {
  return (JSON.parse(token.scopes) as string[]).includes(scope);
}
