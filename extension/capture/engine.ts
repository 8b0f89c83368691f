import type { FileOrigin, RegionChoice } from '#shared/artefact/choice';
import type { ArtefactKind } from '#shared/artefact/index';
import type { NotCaptured, NotCapturedReason } from '#shared/artefact/not-captured';
import type { Ports } from '#shared/lib/port';
import type { Language } from '#shared/view/language';
import type { EngineEvent } from '#shared/warc/engine-event';

/** What can be captured with one kind of browser. Engines know pages and tabs; they neither store nor number. */
export interface CaptureEngine {
  /** E.g. `chromium-debugger`. */
  readonly id: string;
  /** Whether it can hold a page that leads on; see `HeldPage`. */
  readonly holdsPages?: true;
  /** For every evidence field whether this engine has it; printed on the certificate. */
  readonly provides: Readonly<Record<string, 'yes' | 'partial' | 'no'>>;
  /** Browser name and full version. */
  version(): Promise<string>;
  /**
   * Captures one tab. Whatever the sink has taken stays, also when the capture ends early: then `cut` says why and
   * the omissions say what is missing.
   * @throws CaptureError only when nothing at all could be captured.
   */
  capture(request: CaptureRequest, sink: CaptureSink, signal: AbortSignal): Promise<CaptureOutcome>;
}

/**
 * A page that by itself leads on to an address the browser cannot show, so that nothing of it would be left. It is to
 * be opened in the empty tab, and held there.
 */
export interface HeldPage {
  readonly url: string;
  /** Where it leads. */
  readonly away: string;
  /** The browser's own word for what happened there. */
  readonly error: string;
}

export interface CaptureRequest {
  readonly tabId: number;
  /** `as-is`: the page is neither reloaded nor scrolled. */
  readonly mode: 'reload' | 'as-is';
  /** Whether the case allows cookies and the bodies of requests. */
  readonly cookies: boolean;
  readonly limits: CaptureLimits;
  readonly held?: HeldPage;
  /** A region to picture besides the whole page. */
  readonly region?: RegionChoice;
  /** For engines that take files: what to ask for, and where it was offered. */
  readonly file?: { readonly url: string; readonly origin: FileOrigin };
  /** Verifies the signatures of certificate chains. */
  readonly ports: Ports;
}

/** Limits that differ from `defaultLimits`. All times in ms, all lengths in CSS px unless said. */
export interface CaptureLimits {
  /** Budget of the whole capture; then it closes with what it has. */
  readonly total?: number;
  /** Wait for the load event after the reload. */
  readonly load?: number;
  /** Wait for the network to come to rest, after loading and again after scrolling. */
  readonly quiet?: number;
  /** Scrolling down for lazy content. */
  readonly scroll?: number;
  /** Stepping through areas that scroll inside the page. */
  readonly areas?: number;
  /** Pages, and areas that scroll inside them, are pictured down to here. */
  readonly height?: number;
  /** Larger bodies are not stored; bytes. */
  readonly body?: number;
}

/** Where a capture goes, in order. */
export interface CaptureSink {
  /** Resolves when the artefact is hashed, strictly stored and journalled. `n` counts from 1 within a kind. */
  artefact(input: {
    kind: ArtefactKind;
    n: number;
    bytes: Uint8Array<ArrayBuffer>;
    about?: Record<string, string | number | boolean>;
  }): Promise<void>;
  /** Stores the body of an exchange; resolves to its id in the body store, its digest and its length. */
  body(bytes: Uint8Array<ArrayBuffer>): Promise<StoredBody>;
  /** Opens a body that comes in pieces; each is strictly stored when its `write` resolves. */
  pieces(): PieceSink;
  /** As `artefact`, over a body that is stored already. */
  artefactOfBody(input: {
    kind: ArtefactKind;
    n: number;
    body: StoredBody;
    about?: Record<string, string | number | boolean>;
  }): Promise<void>;
  /** Appends one event. */
  event(event: EngineEvent): void;
  /** Adds to the ledger. Omissions of a single exchange come as events instead; `ledgerOf` makes entries of them. */
  omission(omission: NotCaptured): void;
  progress(step: string, done?: number, total?: number): void;
}

/** A body in the body store. */
export interface StoredBody {
  readonly body: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface PieceSink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** What has been written so far is the body. */
  close(): Promise<StoredBody>;
}

export interface CaptureOutcome {
  readonly requestedUrl: string;
  readonly finalUrl: string;
  readonly title: string;
  /** CSS px; `scale` is device px per CSS px. */
  readonly viewport: { readonly width: number; readonly height: number; readonly scale: number };
  readonly userAgent: string;
  readonly language: string;
  readonly timeZone: string;
  /** Device-reported signs, before, during and after, that someone may have touched the page. */
  readonly tamperSignals: { signal: string; detail: string }[];
  /** Set when the capture ended early. */
  readonly cut?: NotCapturedReason;
}

/**
 * Lets a person choose a region on the page of a tab.
 * @throws CaptureError REGION_NOT_CHOSEN after Escape, `signal`, a navigation, or when nothing is chosen in time
 */
export type PickRegion = (tabId: number, language: Language, signal: AbortSignal) => Promise<RegionChoice>;
