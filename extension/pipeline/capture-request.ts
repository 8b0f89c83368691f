import type { StartCapture } from '../messages/protocol.ts';
import type { CaptureRequestRow } from '../store/rows.ts';
import type { CapturingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';
import { tabObstacle } from './precheck.ts';

/**
 * What was asked for, as it is stored.
 * @throws PipelineError URL_MALFORMED, TAB_NOT_CAPTURABLE, FILE_NOT_FETCHABLE, REGION_NOT_CHOSEN, CASE_UNKNOWN; HostError TAB_NOT_FOUND
 */
export async function requestRow(
  context: CapturingContext,
  request: StartCapture,
): Promise<CaptureRequestRow> {
  const { database, host } = context;
  const { mode, cookies, caseId, purpose, makers } = request;
  const requestedUrl = request.url ?? (await host.tab(request.tabId)).url;
  if (!URL.canParse(requestedUrl))
    throw new PipelineError('URL_MALFORMED', 'not an address', { entry: requestedUrl });
  const obstacle =
    request.kind === 'file'
      ? fileObstacle(context, requestedUrl)
      : await tabObstacle(context, { url: requestedUrl });
  if (obstacle !== undefined) throw obstacle;
  const noRegion = request.region === undefined || context.engine.provides.region !== 'yes';
  if (request.kind === 'region' && noRegion)
    throw new PipelineError('REGION_NOT_CHOSEN', 'a region capture without a region', {
      entry: requestedUrl,
    });
  if (caseId !== undefined && (await database.cases.get(caseId)) === undefined)
    throw new PipelineError('CASE_UNKNOWN', 'the case is not known here', { entry: caseId });
  // A file is always asked for anew.
  const taken = request.kind === 'file' ? 'reload' : mode;
  const known = { mode: taken, cookies, purpose, makers: [...makers], requestedUrl, ...kindOf(request) };
  return caseId === undefined ? known : { ...known, caseId };
}

function kindOf({ kind, region, file }: StartCapture): Pick<CaptureRequestRow, 'kind' | 'region' | 'file'> {
  if (kind === 'region' && region !== undefined) return { kind, region };
  return kind === 'file' ? { kind, file: file ?? { page: '', linkText: '', linkPath: '' } } : {};
}

/** Only what a server gives can be asked for again; `blob:` and `data:` are the page's own making. */
function fileObstacle({ fileEngine }: CapturingContext, url: string): PipelineError | undefined {
  return fileEngine !== undefined && /^https?:/i.test(url)
    ? undefined
    : new PipelineError('FILE_NOT_FETCHABLE', 'only http and https addresses are asked for', { entry: url });
}
