import { expect, test } from 'vitest';
import { roles } from '#shared/api/people';
import { deviceRights } from './device-rights.ts';

test('administrators change devices, auditors see them, nobody else does either', () => {
  const rights = Object.fromEntries(roles.map((role) => [role, deviceRights(role)]));
  const none = { see: false, change: false };
  expect(rights).toEqual({
    investigator: none,
    'second-officer': none,
    'case-handler': none,
    notary: none,
    auditor: { see: true, change: false },
    administrator: { see: true, change: true },
  });
});
