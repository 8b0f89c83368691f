import type { ExtensionSession } from './extension-session.ts';
import type { RunningService } from './start-service.ts';

/** Waits until a capture is sealed; the bundle as the service has it. @throws Error when it is not sealed */
export async function sealedBundle(
  browser: ExtensionSession,
  { url, adminToken }: RunningService,
  captureId: string,
): Promise<{ readonly packageId: string; readonly bytes: Uint8Array }> {
  const { state, packageId = '', error } = await browser.ended(captureId, 180_000);
  if (state !== 'sealed') throw new Error(`${captureId} is ${state}: ${JSON.stringify(error)}`);
  const answer = await fetch(`${url}/api/v1/packages/${packageId}/bundle`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  if (!answer.ok) throw new Error(`no bundle: ${answer.status} ${await answer.text()}`);
  return { packageId, bytes: new Uint8Array(await answer.arrayBuffer()) };
}
