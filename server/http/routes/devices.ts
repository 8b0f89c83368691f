import type { FastifyInstance } from 'fastify';
import { type DeviceAnswer, reasonRequest } from '#shared/api/people';
import { pageQuery } from '#shared/api/schemas';
import { fromBase64 } from '#shared/lib/base64';
import { parseCertificate } from '#shared/pki/certificate';
import { organisationOf } from '../../identity/caller.ts';
import { IdentityError } from '../../identity/identity-error.ts';
import type { Device } from '../../store/devices.ts';
import { audit } from '../audit.ts';
import { callerOf } from '../caller-of.ts';
import { formatCursor, parseCursor } from '../cursor.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { isoTime, isoTimeOrNull } from '../iso-time.ts';
import { parseInput } from '../parse-input.ts';

interface DeviceParams {
  readonly id: string;
}

/**
 * GET /devices of the caller's organisation; POST /devices/:id/revoke: for good, what it anchored before is still
 * taken, marked; POST /devices/:id/reinstate: ends a suspension.
 */
export function devicesRoute(app: FastifyInstance, context: HttpContext): void {
  const { devices } = context.intake.store;
  app.get('/devices', async (request) => {
    const caller = callerOf(request);
    const { after, limit = 50 } = parseInput(pageQuery, request.query);
    await audit(context, request, 'device-list');
    const organisation = caller.kind === 'system' ? undefined : organisationOf(caller);
    const page = await devices.list(
      organisation,
      limit,
      after === undefined ? undefined : parseCursor(after),
    );
    return {
      devices: page.rows.map(answerOf),
      next: page.next === undefined ? null : formatCursor(page.next),
    };
  });
  app.post<{ Params: DeviceParams }>('/devices/:id/revoke', async (request) => {
    const { reason } = parseInput(reasonRequest, request.body);
    const { id, organisation } = await known(request.params.id);
    await audit(context, request, 'device-revoke', {
      organisation,
      subject: `device:${id}`,
      detail: { reason },
    });
    await devices.revoke(id, context.intake.now().getTime());
    return answerOf(await known(id));
  });
  app.post<{ Params: DeviceParams }>('/devices/:id/reinstate', async (request) => {
    const { reason } = parseInput(reasonRequest, request.body);
    const { id, organisation, suspension } = await known(request.params.id);
    if (suspension === null)
      throw new HttpError('DEVICE_NOT_SUSPENDED', 'the device is not suspended', { entry: id });
    await audit(context, request, 'device-reinstate', {
      organisation,
      subject: `device:${id}`,
      detail: { reason, suspension },
    });
    await devices.reinstate(id);
    return answerOf(await known(id));
  });

  async function known(id: string): Promise<Device> {
    const device = await devices.get(id);
    if (device === undefined) throw new IdentityError('DEVICE_UNKNOWN', 'no such device', { entry: id });
    return device;
  }
}

function answerOf(device: Device): DeviceAnswer {
  const { id, name, user, pairedAt, revokedAt, suspendedAt, suspension, certificate } = device;
  return {
    id,
    name,
    user,
    pairedAt: isoTime(pairedAt),
    revokedAt: isoTimeOrNull(revokedAt),
    suspendedAt: isoTimeOrNull(suspendedAt),
    suspension,
    certifiedUntil: certificate === null ? null : isoTime(parseCertificate(fromBase64(certificate)).notAfter),
  };
}
