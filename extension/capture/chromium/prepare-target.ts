import type { CaptureRequest } from '../engine.ts';
import type { BodyInterceptor } from './body-interceptor.ts';
import { CommandError } from './command-error.ts';
import type { Send } from './debugger-tab.ts';
import type { PrepareTarget } from './targets.ts';

/**
 * Bodies stay readable after a navigation (durable messages), up to these sizes; bytes. They are fetched as they
 * finish, so the buffer only has to bridge that.
 */
const network = {
  maxTotalBufferSize: 300 * 2 ** 20,
  maxResourceBufferSize: 100 * 2 ** 20,
  enableDurableMessages: true,
};

/** What is switched on in each target before its first script runs. */
export function targetPreparation(mode: CaptureRequest['mode'], interceptor: BodyInterceptor): PrepareTarget {
  return async (send, type) => {
    if (type === 'page') await send('Inspector.enable', {});
    if (type !== 'worker') await send('Page.enable', {});
    await enableNetwork(send);
    if (type === 'worker') return;
    if (mode === 'reload') {
      await send('Network.setCacheDisabled', { cacheDisabled: true });
      await send('Network.setBypassServiceWorker', { bypass: true });
    }
    await interceptor.enable(send);
  };
}

/** Workers and older versions know fewer parameters. */
async function enableNetwork(send: Send): Promise<void> {
  try {
    await send('Network.enable', network);
  } catch (error) {
    if (!(error instanceof CommandError && error.code === 'REFUSED')) throw error;
    await send('Network.enable', {});
  }
}
