import { type Caller, organisationOf } from '../identity/caller.ts';
import { IdentityError } from '../identity/identity-error.ts';
import type { Store } from '../store/store.ts';
import { packageUnknown } from './find-package.ts';
import { HttpError } from './http-error.ts';

/** What the `:id` of a route may name. */
export type SubjectKind = 'package' | 'case' | 'device' | 'user';

/** Whose a thing is, and who else may reach it. */
export interface Subject {
  readonly organisation: string;
  /** The device a package came from. */
  readonly device?: string;
  /** Notary offices it is shared with. */
  readonly offices?: readonly string[];
}

type Find = (store: Store, id: string) => Promise<Subject | undefined>;

const find: Record<SubjectKind, Find> = {
  package: async (store, id) => {
    const row = await store.packages.get(id);
    if (row === undefined) return receiving(store, id);
    const { organisation, device, caseId } = row;
    return { organisation, device, offices: caseId === null ? [] : await store.cases.offices(caseId) };
  },
  case: async (store, id) => {
    const row = await store.cases.get(id);
    if (row === undefined) return undefined;
    return { organisation: row.organisation, offices: await store.cases.offices(id) };
  },
  device: (store, id) => store.devices.get(id),
  user: (store, id) => store.users.get(id),
};

async function receiving(store: Store, id: string): Promise<Subject | undefined> {
  const upload = await store.uploads.receiving(id);
  const device = upload === undefined ? undefined : await store.devices.get(upload.device);
  return device === undefined ? undefined : { organisation: device.organisation, device: device.id };
}

const unknown: Record<SubjectKind, (id: string) => Error> = {
  package: packageUnknown,
  case: (id) => new HttpError('CASE_UNKNOWN', 'no such case', { entry: id }),
  device: (id) => new IdentityError('DEVICE_UNKNOWN', 'no such device', { entry: id }),
  user: (id) => new HttpError('USER_UNKNOWN', 'no such user', { entry: id }),
};

/**
 * The subject a route names, if the caller may reach it: what is somebody else's is as unknown as what is not there.
 * @throws HttpError PACKAGE_UNKNOWN, CASE_UNKNOWN, USER_UNKNOWN; IdentityError DEVICE_UNKNOWN
 */
export async function findSubject(
  store: Store,
  caller: Caller,
  kind: SubjectKind,
  id: string,
): Promise<Subject> {
  const subject = await find[kind](store, id);
  if (subject === undefined || !mayReach(caller, subject)) throw unknown[kind](id);
  return subject;
}

function mayReach(caller: Caller, subject: Subject): boolean {
  if (caller.kind === 'system') return true;
  const organisation = organisationOf(caller);
  if (organisation === undefined) return false;
  if (caller.kind === 'device' && subject.device !== undefined) return subject.device === caller.device.id;
  const isNotary = (caller.kind === 'user' || caller.kind === 'token') && caller.user.role === 'notary';
  // What is shared with the office, and nothing for belonging to the owner.
  return isNotary ? (subject.offices ?? []).includes(organisation) : subject.organisation === organisation;
}
