import type { FastifyInstance, FastifyRequest } from 'fastify';
import { reasonRequest } from '#shared/api/people';
import { deletionConfirmation, type Person, type TombstoneFile } from '#shared/api/retention';
import { canonicalJson } from '#shared/lib/canonical-json';
import { organisationOf } from '../../identity/caller.ts';
import { deleteEvidence } from '../../intake/delete-evidence.ts';
import type { Deletion, DeletionBar } from '../../store/deletions.ts';
import type { Package } from '../../store/packages.ts';
import { audit, auditRecordOf, markAudited } from '../audit.ts';
import { callerOf, subjectOf, userOf } from '../caller-of.ts';
import { findPackage, type PackageParams } from '../find-package.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { isoTime } from '../iso-time.ts';
import { parseInput } from '../parse-input.ts';

type PackageRequest = FastifyRequest<{ Params: PackageParams }>;

const LISTED = 500;
/** Not a user: whoever may read the data directory. */
const OPERATOR_AT_MACHINE: Person = {
  id: 'system',
  name: 'system',
  displayName: '服务运维(命令行) operator of the service, at its command line',
};
const BEIJING_MS = 8 * 3_600_000;

const bars: Record<DeletionBar, (id: string) => HttpError> = {
  'not-over': (entry) => new HttpError('RETENTION_NOT_OVER', 'its retention period is not over', { entry }),
  'no-case': (entry) =>
    new HttpError('RETENTION_NOT_OVER', 'it is in no case, so no period is set', { entry }),
  held: (entry) => new HttpError('CASE_HELD', 'its case is held', { entry }),
  'not-ended': (entry) => new HttpError('PACKAGE_NOT_SEALED', 'it is on its way', { entry }),
  'not-requested': (entry) => new HttpError('DELETION_NOT_REQUESTED', 'nobody has asked for it', { entry }),
  deleted: (entry) => new HttpError('PACKAGE_DELETED', 'it is deleted already', { entry }),
};

/**
 * GET /retention; POST, DELETE /packages/:id/deletion; POST /packages/:id/deletion/confirmation by another person;
 * GET /packages/:id/tombstone; PUT, DELETE /cases/:id/hold.
 */
export function retentionRoute(app: FastifyInstance, context: HttpContext): void {
  const { intake } = context;
  const { deletions, cases } = intake.store;
  app.get('/retention', async (request) => {
    await audit(context, request, 'retention-list');
    const caller = callerOf(request);
    const scope = caller.kind === 'system' ? undefined : organisationOf(caller);
    const due = await deletions.due(scope, today(), LISTED);
    return {
      due: due.map(({ package: row, case: owner, deletion }) => ({
        package: row.id,
        sha256: digestOf(row),
        case: { id: owner.id, number: owner.number },
        retainUntil: owner.retainUntil,
        request: deletion === undefined ? null : requestOf(deletion),
      })),
    };
  });
  app.post<{ Params: PackageParams }>('/packages/:id/deletion', async (request, reply) => {
    const { reason } = parseInput(reasonRequest, request.body);
    const row = await findPackage(context, request);
    await requireAllowed(row.id);
    await record(request, 'deletion-request', { reason });
    const deletion = await deletions.request({
      package: row.id,
      reason,
      requestedBy: JSON.stringify(personOf(request)),
      requestedAt: intake.now().getTime(),
    });
    return reply.code(201).send({ package: row.id, sha256: digestOf(row), request: requestOf(deletion) });
  });
  app.delete<{ Params: PackageParams }>('/packages/:id/deletion', async (request, reply) => {
    const { id } = request.params;
    if (!(await deletions.withdraw(id))) throw bars['not-requested'](id);
    await record(request, 'deletion-withdraw');
    return reply.code(204).send();
  });
  app.post<{ Params: PackageParams }>('/packages/:id/deletion/confirmation', async (request) => {
    const { sha256 } = parseInput(deletionConfirmation, request.body);
    const row = await findPackage(context, request);
    await requireAllowed(row.id);
    const deletion = await deletions.get(row.id);
    if (deletion === undefined) throw bars['not-requested'](row.id);
    const person = personOf(request);
    if (requestOf(deletion).by.id === person.id)
      throw new HttpError('DELETION_OWN_REQUEST', 'another person must confirm', { entry: row.id });
    if (sha256 !== digestOf(row))
      throw new HttpError('DIGEST_DIFFERS', 'the package has another SHA-256', { entry: 'sha256' });
    const at = intake.now();
    const tombstone = canonicalJson(await tombstoneOf(row, deletion, person, at));
    const bar = await deletions.confirm(
      row.id,
      today(),
      { tombstone, confirmedAt: at.getTime() },
      auditRecordOf(at, callerOf(request), 'deletion-confirm', {
        organisation: subjectOf(request).organisation,
        subject: `package:${row.id}`,
        detail: { sha256, reason: deletion.reason },
      }),
    );
    if (bar !== undefined) throw bars[bar](row.id);
    markAudited(request, 'deletion-confirm');
    await deleteEvidence(intake);
    return tombstoneFileOf(row.id);
  });
  app.get<{ Params: PackageParams }>('/packages/:id/tombstone', async (request) => {
    const { id } = request.params;
    await record(request, 'package-view');
    return tombstoneFileOf(id);
  });
  app.put<{ Params: { id: string } }>('/cases/:id/hold', async (request, reply) => {
    const { reason } = parseInput(reasonRequest, request.body);
    const { organisation } = subjectOf(request);
    await audit(context, request, 'case-hold', {
      organisation,
      subject: `case:${request.params.id}`,
      detail: { reason },
    });
    await cases.hold(request.params.id, reason);
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/cases/:id/hold', async (request, reply) => {
    const { id } = request.params;
    if (!(await cases.release(id)))
      throw new HttpError('CASE_NOT_HELD', 'the case is not held', { entry: id });
    await audit(context, request, 'case-release', {
      organisation: subjectOf(request).organisation,
      subject: `case:${id}`,
    });
    return reply.code(204).send();
  });

  /** In Beijing: the last day of a period is over there when the next has begun. */
  function today(): string {
    return new Date(intake.now().getTime() + BEIJING_MS).toISOString().slice(0, 10);
  }

  async function requireAllowed(id: string): Promise<void> {
    const bar = await deletions.barOf(id, today());
    if (bar !== undefined) throw bars[bar](id);
  }

  function record(
    request: PackageRequest,
    action: 'deletion-request' | 'deletion-withdraw' | 'package-view',
    detail: Record<string, string> = {},
  ): Promise<void> {
    const { organisation } = subjectOf(request);
    return audit(context, request, action, { organisation, subject: `package:${request.params.id}`, detail });
  }

  async function tombstoneFileOf(id: string): Promise<TombstoneFile> {
    const file = (await deletions.get(id))?.file;
    if (file === undefined || file === null)
      throw new HttpError('PACKAGE_NOT_DELETED', `${id} has no tombstone`, { entry: id });
    return JSON.parse(file) as TombstoneFile;
  }

  async function tombstoneOf(
    row: Package,
    deletion: Deletion,
    person: Person,
    at: Date,
  ): Promise<TombstoneFile['tombstone']> {
    const owner = row.caseId === null ? undefined : await cases.get(row.caseId);
    if (owner === undefined || owner.retainUntil === null) throw bars['no-case'](row.id);
    const { by, at: requestedAt } = requestOf(deletion);
    const { sealedSha256, sealedBytes } = row;
    return {
      version: 1,
      package: row.id,
      capture: row.capture,
      bundle: { sha256: digest(row.sha256), bytes: row.bytes },
      sealed:
        sealedSha256 === null || sealedBytes === null
          ? null
          : { sha256: digest(sealedSha256), bytes: sealedBytes },
      case: { id: owner.id, number: owner.number, retainUntil: owner.retainUntil },
      reason: deletion.reason,
      requested: { by, at: requestedAt },
      confirmed: { by: person, at: at.toISOString() },
    };
  }
}

function digest(hex: string): TombstoneFile['tombstone']['bundle']['sha256'] {
  return hex as TombstoneFile['tombstone']['bundle']['sha256'];
}

function digestOf({ sealedSha256, sha256 }: Package) {
  return digest(sealedSha256 ?? sha256);
}

function requestOf({ reason, requestedBy, requestedAt }: Deletion) {
  return { reason, by: JSON.parse(requestedBy) as Person, at: isoTime(requestedAt) };
}

/** Only a person asks; who holds the service's own token may be the second. */
function personOf(request: FastifyRequest): Person {
  if (callerOf(request).kind === 'system') return OPERATOR_AT_MACHINE;
  const { id, name, displayName } = userOf(request);
  return { id, name, displayName };
}
