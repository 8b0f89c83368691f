import { pairingAnswer } from '#shared/api/schemas';
import { toBase64 } from '#shared/lib/base64';
import { toUtf8 } from '#shared/lib/utf8';
import { appendJournal, journal } from '../store/append-journal.ts';
import { ensureDevice, signWithDevice } from '../store/ensure-device.ts';
import type { ServiceRow } from '../store/rows.ts';
import type { FinishingContext } from './context.ts';
import { ownCertificate } from './own-certificate.ts';
import { PipelineError } from './pipeline-error.ts';
import { requestService } from './service-request.ts';

/**
 * Pairs this device with the service at `origin`; the service row and its `device-paired` entry are one transaction.
 * A refusal is journalled too.
 * @throws PipelineError ORIGIN_NOT_ALLOWED, PAIRING_CODE_WRONG, PAIRING_LOCKED and those of `requestService`
 */
export async function pairDevice(
  { database, clock, service }: FinishingContext,
  request: { origin: string; code: string; name: string },
): Promise<ServiceRow> {
  const origin = serviceOrigin(request.origin);
  const code = request.code.trim().toUpperCase();
  const device = await ensureDevice(database);
  const signature = toBase64(await signWithDevice(device, toUtf8(`tiezheng-pairing/v1\n${code}\n`)));
  const name = request.name.trim();
  const body = { code, publicKey: device.publicKey, name, signature };
  try {
    const answer = await requestService(
      origin,
      { method: 'POST', path: '/pairing', body, answer: pairingAnswer },
      service.fetch,
    );
    if (answer.device !== device.deviceId)
      throw new PipelineError('SERVICE_ANSWER_MALFORMED', 'the service paired another device', {
        entry: answer.device,
      });
    const certificate = ownCertificate(answer.certificate, device.publicKey);
    const row: ServiceRow = {
      key: 'service',
      origin,
      service: answer.service,
      deviceName: name,
      trust: answer.trust,
      pairedAt: clock.now(),
      ...(certificate === undefined ? {} : { certificate }),
    };
    await database.transaction('rw', [database.service, database.journal], async () => {
      await database.service.put(row);
      await appendJournal(database, clock, 'device-paired', { origin, device: device.deviceId });
    });
    service.forget();
    return row;
  } catch (error) {
    const reason = error instanceof PipelineError ? error.code : 'INTERNAL';
    await journal(database, clock, 'pairing-refused', { origin, code: reason });
    throw error;
  }
}

/**
 * The origin of a service a device may pair with: https anywhere, plain http on this machine only (design §10).
 * @throws PipelineError ORIGIN_NOT_ALLOWED
 */
export function serviceOrigin(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const loopback = url !== undefined && ['127.0.0.1', 'localhost'].includes(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback)))
    throw new PipelineError('ORIGIN_NOT_ALLOWED', 'not https, and not http on this machine', { entry: text });
  return url.origin;
}
