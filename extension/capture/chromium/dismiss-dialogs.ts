import type { CaptureSink } from '../engine.ts';
import type { DebuggerTab } from './debugger-tab.ts';

/**
 * Closes the dialogs a page opens, which would otherwise hold it for ever. The question whether to leave the page is
 * answered yes, for the reload; all others are dismissed and noted.
 */
export function dismissDialogs(tab: DebuggerTab, sink: Pick<CaptureSink, 'omission'>): void {
  tab.listen(({ method, params, session }) => {
    if (method !== 'Page.javascriptDialogOpening') return;
    const leaving = params.type === 'beforeunload';
    void tab
      .target(session)('Page.handleJavaScriptDialog', { accept: leaving })
      .catch(() => undefined);
    if (leaving) return;
    const url = params.url.slice(0, 20_000);
    const detail = `${params.type}: ${params.message}`.slice(0, 2000).toWellFormed();
    sink.omission({ what: 'dialog', reason: 'dismissed', url, detail });
  });
}
