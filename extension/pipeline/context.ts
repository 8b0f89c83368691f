import type { CaptureEngine } from '../capture/engine.ts';
import type { Host } from '../host/host.ts';
import type { Clock } from '../store/clock.ts';
import type { Database } from '../store/database.ts';
import type { Inspector } from './inspection/inspector.ts';
import type { ServiceClient } from './service-client.ts';

/** What finishing a capture needs; any context has it. */
export interface FinishingContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly service: ServiceClient;
  /** Resolves after `ms`; tests give their own. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** What taking a capture needs besides: the tabs and the debugger of the service worker. */
export interface CapturingContext extends FinishingContext {
  readonly engine: CaptureEngine;
  /** Takes files instead of pages; absent where the browser has none. */
  readonly fileEngine?: CaptureEngine;
  readonly host: Host;
}

/** What taking evidence needs: with the surroundings looked at. */
export interface InspectingContext extends CapturingContext {
  readonly inspector: Inspector;
}
