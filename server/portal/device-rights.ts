import type { Role } from '#shared/api/people';

/** What a role may do with the devices of its organisation; the service judges each request itself. */
export function deviceRights(role: Role): { readonly see: boolean; readonly change: boolean } {
  const change = role === 'administrator';
  return { see: change || role === 'auditor', change };
}
