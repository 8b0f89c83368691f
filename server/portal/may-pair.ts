import type { Role } from '#shared/api/people';

/** Roles the service lets pair devices; it judges each request itself. */
export function mayPair(role: Role): boolean {
  return role === 'investigator' || role === 'second-officer' || role === 'administrator';
}
