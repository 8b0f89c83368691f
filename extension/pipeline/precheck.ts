import { sourceClass } from '#shared/seal/source-class';
import type { TabFacts } from '../host/host.ts';
import type { Precheck, PrecheckWarning, ServiceState } from '../messages/protocol.ts';
import { ensureDevice } from '../store/ensure-device.ts';
import type { CapturingContext, FinishingContext } from './context.ts';
import { measureClock } from './measure-clock.ts';
import { PipelineError, wireError } from './pipeline-error.ts';
import { runningRecordings } from './running-recordings.ts';

/** A difference that would be asked about; the exact one is in the record anyway. */
const CLOCK_WARNING_MS = 2000;
const STORAGE_WARNING_BYTES = 1e9;

/** Pairing, reachability and clock of the service, as of now. */
export async function serviceState({ database, clock, service }: FinishingContext): Promise<ServiceState> {
  const { deviceId } = await ensureDevice(database);
  const row = await database.service.get('service');
  if (row === undefined) return { paired: false, device: deviceId, reachable: false };
  const { origin, service: name, deviceName } = row;
  const known = { paired: true, device: deviceId, deviceName, origin, service: name };
  try {
    return { ...known, reachable: true, ...(await measureClock(origin, clock, service.fetch)) };
  } catch {
    return { ...known, reachable: false };
  }
}

/**
 * What a person should know before capturing: whether the tab can be captured and what will be printed on the
 * certificate about where the page comes from.
 * @throws PipelineError TAB_NOT_FOUND when there is no tab to speak of
 */
export async function precheck(context: CapturingContext, tabId: number | undefined): Promise<Precheck> {
  const { host } = context;
  const tab = tabId === undefined ? await host.lastActiveTab() : await host.tab(tabId);
  if (tab === undefined) throw new PipelineError('TAB_NOT_FOUND', 'no tab is open');
  const [service, obstacle, warnings] = await Promise.all([
    serviceState(context),
    tabObstacle(context, tab),
    tabWarnings(context, tab),
  ]);
  const clockOff = Math.abs(service.clockOffset ?? 0) > CLOCK_WARNING_MS;
  return {
    tabId: tab.tabId,
    url: tab.url,
    title: tab.title,
    capturable: obstacle === undefined,
    ...(obstacle === undefined ? {} : { obstacle: wireError(obstacle) }),
    warnings: clockOff ? [...warnings, 'clock-offset'] : warnings,
    service,
  };
}

/** Why this tab cannot be captured, if so. */
export async function tabObstacle(
  { host }: Pick<CapturingContext, 'host'>,
  { url }: Pick<TabFacts, 'url'>,
): Promise<PipelineError | undefined> {
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  const store = /^https:\/\/(?:chromewebstore\.google\.com|chrome\.google\.com\/webstore)(?:\/|$)/.test(url);
  const readable = ['http:', 'https:', 'data:', 'blob:'].includes(scheme);
  if (store || !(readable || scheme === 'file:'))
    return new PipelineError('TAB_NOT_CAPTURABLE', 'the browser lets no extension look at this page', {
      entry: url,
    });
  if (scheme === 'file:' && !(await host.mayReadFiles()))
    return new PipelineError('TAB_NOT_CAPTURABLE', 'access to file addresses is not allowed', { entry: url });
  return undefined;
}

async function tabWarnings({ host, database }: CapturingContext, tab: TabFacts): Promise<PrecheckWarning[]> {
  const warnings: PrecheckWarning[] = [];
  const source = sourceClass(tab.url);
  if (tab.url.startsWith('http:')) warnings.push('plain-http');
  if (source === 'local-file') warnings.push('local-file');
  else if (source !== 'public') warnings.push('not-public');
  if (tab.loading) warnings.push('still-loading');
  const { attached, devtools } = await host.debuggersOn(tab.tabId);
  // A recording of ours watches its tab.
  const recorded = (await runningRecordings(database)).some(({ recording }) => recording.tabId === tab.tabId);
  if (attached && !recorded) warnings.push('debugger-attached');
  if (devtools) warnings.push('devtools-open');
  if ((await host.freeStorage()) < STORAGE_WARNING_BYTES) warnings.push('storage-low');
  return warnings;
}
