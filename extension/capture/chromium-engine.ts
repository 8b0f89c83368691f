import { browserVersion } from './chromium/browser-version.ts';
import { captureInTab } from './chromium/capture-in-tab.ts';
import { capturePage } from './chromium/capture-page.ts';
import { openRun } from './chromium/open-run.ts';
import type { CaptureEngine } from './engine.ts';

/** Captures through chrome.debugger; runs in the service worker of a Chromium extension. */
export const chromiumEngine: CaptureEngine = {
  id: 'chromium-debugger',
  holdsPages: true,
  provides: {
    'response-body': 'yes',
    'exact-document-bytes': 'yes',
    'redirect-body': 'no',
    'request-headers': 'yes',
    'request-body': 'partial',
    'response-headers': 'yes',
    'raw-headers': 'partial',
    'remote-address': 'yes',
    'tls-parameters': 'yes',
    'certificate-chain': 'partial',
    dns: 'no',
    timing: 'yes',
    'websocket-messages': 'yes',
    'worker-requests': 'partial',
    'cache-flag': 'yes',
    'full-page-picture': 'yes',
    region: 'yes',
    'closed-shadow-roots': 'yes',
    'frames-of-other-sites': 'yes',
    mhtml: 'yes',
  },
  version: browserVersion,
  capture: (request, sink, signal) =>
    captureInTab(request, sink, signal, async (held) => {
      const run = await openRun(held.tab, { ...request, limits: held.limits }, held.sink);
      held.requestedUrl = run.main.url;
      try {
        await capturePage(run, (known) => {
          held.facts = known;
        });
      } finally {
        held.finalUrl = run.main.url;
        await run.recorder.close();
      }
    }),
};
