/** See cdp-pipe.mjs. */
export interface Cdp {
  send<T = unknown>(method: string, params?: object, sessionId?: string): Promise<T>;
}
/** See browser.mjs. */
export function startBrowser(options: {
  executable: string | undefined;
  extension: string;
  profile: string;
  headless: boolean;
  extra?: readonly string[];
  env?: NodeJS.ProcessEnv;
}): Promise<{ cdp: Cdp; pid: number; exited: Promise<unknown>; close(): Promise<void> }>;
