import { fromBase64, toBase64 } from '#shared/lib/base64';
import type { Device } from '../store/devices.ts';
import type { HttpContext } from './http-context.ts';

/** The certificate for a device's key, DER as base64: the one it has, or a new one where it has none or it runs out. */
export async function certifyDevice({ access, intake }: HttpContext, device: Device): Promise<string> {
  const { id, publicKey, certificate } = device;
  if (certificate !== null && !access.isDue(fromBase64(certificate))) return certificate;
  const issued = toBase64(await access.certifyDevice(id, fromBase64(publicKey)));
  await intake.store.devices.certify(id, issued);
  return issued;
}
