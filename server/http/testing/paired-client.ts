import { createDeviceClient, type DeviceClient } from '../../../test/fixtures/device-client.ts';
import type { TestApp } from './open-test-app.ts';

/** A new device, paired with a service that listens at `url`, and signed in. */
export async function pairedClient(service: TestApp, url: string): Promise<DeviceClient> {
  const client = createDeviceClient(url);
  await client.pair(await service.pairingCode());
  await client.signIn();
  return client;
}
