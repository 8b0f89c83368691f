import { browserVersion } from './chromium/browser-version.ts';
import { captureInTab } from './chromium/capture-in-tab.ts';
import { fetchFile } from './chromium/fetch-file.ts';
import type { CaptureEngine } from './engine.ts';

/** A file may be large and its server slow. */
const BUDGET_MS = 30 * 60_000;

/**
 * Takes a file by a request of its own, in an empty tab: neither the file a person saved before nor the one a PDF
 * viewer shows can be read by an extension. Runs in the service worker of a Chromium extension.
 */
export const chromiumFileEngine: CaptureEngine = {
  id: 'chromium-file',
  provides: {
    'response-body': 'yes',
    'exact-document-bytes': 'yes',
    'redirect-body': 'no',
    'request-headers': 'yes',
    'response-headers': 'yes',
    'raw-headers': 'partial',
    'remote-address': 'partial',
    'tls-parameters': 'partial',
    'certificate-chain': 'no',
    dns: 'no',
    timing: 'partial',
  },
  version: browserVersion,
  capture: (request, sink, signal) =>
    captureInTab({ ...request, limits: { ...request.limits, total: BUDGET_MS } }, sink, signal, (held) =>
      fetchFile(held, request),
    ),
};
