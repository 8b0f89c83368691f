import { attempt, type CaptureRun } from './capture-run.ts';

/**
 * Switches scripts off in the page and in its frames of other processes, so that every artefact shows the same
 * moment. Of four ways to freeze a page only this one stops timers and still lets pictures and MHTML be made and the
 * page go on afterwards (measured). It stops neither animated pictures nor CSS animation. Detaching undoes it.
 */
export async function freezeScripts(run: CaptureRun): Promise<void> {
  const { tab, page, targets, main } = run;
  await attempt(run, { what: 'dom', url: main.url.slice(0, 20_000), detail: 'scripts kept running' }, () =>
    page('Emulation.setScriptExecutionDisabled', { value: true }),
  );
  await Promise.all(
    targets
      .frames()
      .map(({ session, url }) =>
        attempt(run, { what: 'frame', url: url.slice(0, 20_000), detail: 'scripts kept running' }, () =>
          tab.target(session)('Emulation.setScriptExecutionDisabled', { value: true }, 3000),
        ),
      ),
  );
}
