import type { UserAnswer } from '#shared/api/people';
import type { User } from '../store/users.ts';
import { isoTime, isoTimeOrNull } from './iso-time.ts';

/** A user as administrators see one. */
export function userAnswerOf(user: User): UserAnswer {
  const { id, name, displayName, certificate, role, totpSecret, createdAt, disabledAt } = user;
  return {
    id,
    name,
    displayName,
    certificate,
    role,
    totp: totpSecret !== null,
    createdAt: isoTime(createdAt),
    disabledAt: isoTimeOrNull(disabledAt),
  };
}
