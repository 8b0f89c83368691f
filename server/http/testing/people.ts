import { randomUUID } from 'node:crypto';
import type { Role } from '#shared/api/people';
import { newUser } from '../../identity/invitations.ts';
import { hashPassword } from '../../identity/password.ts';
import { csrfTokenOf, openUserSession } from '../../identity/sign-in.ts';
import type { User } from '../../store/users.ts';
import type { TestApp } from './open-test-app.ts';

export const PASSWORD = 'correct horse battery';
let hashed: Promise<string> | undefined;

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Sends requests with the cookie and CSRF token of a session. */
export interface Browser {
  readonly cookie: string;
  readonly csrf: string;
  send(method: Method, path: string, payload?: object, headers?: Record<string, string>): Promise<Answer>;
}
type Answer = Awaited<ReturnType<TestApp['app']['inject']>>;

export async function addOrganisation(
  { intake }: TestApp,
  kind: 'authority' | 'notary-office' = 'authority',
): Promise<string> {
  const id = randomUUID();
  await intake.store.organisations.add({ id, name: `机构 ${id.slice(0, 4)}`, kind, createdAt: 1 });
  return id;
}

/** A user with `PASSWORD`. */
export async function addUser({ intake }: TestApp, role: Role, organisation = 'operator'): Promise<User> {
  hashed ??= hashPassword(PASSWORD);
  const name = `u-${randomUUID().slice(0, 12)}`;
  const user = newUser({ organisation, name, displayName: '测试', role }, intake.now().getTime());
  const stored = { ...user, passwordHash: await hashed };
  await intake.store.users.add(stored);
  return stored;
}

/** A session of a user, without the ceremony of signing in. */
export async function browserOf(service: TestApp, user: User): Promise<Browser> {
  return browserWith(service, await openUserSession(service.intake, user, 'test'));
}

export function browserWith({ app }: TestApp, token: string): Browser {
  const cookie = `tiezheng-session=${token}`;
  const csrf = csrfTokenOf(token);
  return {
    cookie,
    csrf,
    send: (method, path, payload, headers = {}) =>
      app.inject({
        method,
        url: `/api/v1${path}`,
        headers: { cookie, 'x-csrf-token': csrf, ...headers },
        ...(payload === undefined ? {} : { payload }),
      }),
  };
}
