import { type Caller, organisationOf } from '../identity/caller.ts';
import { OPERATOR } from '../store/people-migration.ts';

/** Whose cases a caller's lists show: those of one organisation, those shared with a notary office, or all. */
export function scopeOf(
  caller: Caller,
): { readonly organisation: string } | { readonly office: string } | { readonly all: true } {
  if (caller.kind === 'system') return { all: true };
  const organisation = organisationOf(caller) ?? OPERATOR;
  const isNotary = (caller.kind === 'user' || caller.kind === 'token') && caller.user.role === 'notary';
  return isNotary ? { office: organisation } : { organisation };
}
