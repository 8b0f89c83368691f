import type { StartCapture } from '../messages/protocol.ts';
import type { CaptureRequestRow } from '../store/rows.ts';
import type { CapturingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';
import { tabObstacle } from './precheck.ts';

/**
 * What was asked for, as it is stored.
 * @throws PipelineError URL_MALFORMED, TAB_NOT_CAPTURABLE, CASE_UNKNOWN; HostError TAB_NOT_FOUND
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
  const obstacle = await tabObstacle(context, { url: requestedUrl });
  if (obstacle !== undefined) throw obstacle;
  if (caseId !== undefined && (await database.cases.get(caseId)) === undefined)
    throw new PipelineError('CASE_UNKNOWN', 'the case is not known here', { entry: caseId });
  const known = { mode, cookies, purpose, makers: [...makers], requestedUrl };
  return caseId === undefined ? known : { ...known, caseId };
}
