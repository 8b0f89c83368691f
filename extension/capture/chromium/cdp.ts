/**
 * The part of the Chrome DevTools Protocol 1.3 this engine speaks, with the fields it reads.
 * https://chromedevtools.github.io/devtools-protocol/
 */

import type { LayoutSnapshot } from './layout-snapshot.ts';

export interface CdpCommands {
  'DOM.getDocument': { params: { depth?: number; pierce?: boolean }; result: { root: DomNode } };
  'DOM.getOuterHTML': {
    params: { objectId: string; includeShadowDOM: boolean };
    result: { outerHTML: string };
  };
  'DOM.resolveNode': {
    params: { backendNodeId: number; executionContextId: number };
    result: { object: RemoteObject };
  };
  'DOMSnapshot.captureSnapshot': {
    params: { computedStyles: readonly string[]; includeDOMRects?: boolean };
    result: LayoutSnapshot;
  };
  'Emulation.setScriptExecutionDisabled': { params: { value: boolean }; result: object };
  /** Headers replaced: the body follows unread, and events keep address and TLS of the real response. */
  'Fetch.continueResponse': {
    params: { requestId: string; responseCode: number; responseHeaders: HeaderEntry[] };
    result: object;
  };
  'Fetch.continueRequest': { params: { requestId: string }; result: object };
  'Fetch.disable': { params: object; result: object };
  'Fetch.enable': {
    params: { patterns: { urlPattern: string; resourceType: string; requestStage: string }[] };
    result: object;
  };
  'Fetch.failRequest': { params: { requestId: string; errorReason: string }; result: object };
  'Fetch.getResponseBody': { params: { requestId: string }; result: EncodedBody };
  /** Afterwards the request can only be failed or answered by us. */
  'Fetch.takeResponseBodyAsStream': { params: { requestId: string }; result: { stream: string } };
  'IO.close': { params: { handle: string }; result: object };
  'IO.read': {
    params: { handle: string; size: number };
    result: { data: string; eof: boolean; base64Encoded?: boolean };
  };
  'Inspector.enable': { params: object; result: object };
  'Network.enable': {
    params: {
      maxTotalBufferSize?: number;
      maxResourceBufferSize?: number;
      enableDurableMessages?: boolean;
    };
    result: object;
  };
  /** Chain in DER as base64, leaf first; empty where the target has seen no request of the origin. */
  'Network.getCertificate': { params: { origin: string }; result: { tableNames: string[] } };
  'Network.getCookies': { params: { urls: string[] }; result: { cookies: object[] } };
  'Network.getRequestPostData': {
    params: { requestId: string };
    result: { postData: string; base64Encoded?: boolean };
  };
  'Network.getResponseBody': { params: { requestId: string }; result: EncodedBody };
  'Network.setBypassServiceWorker': { params: { bypass: boolean }; result: object };
  'Network.setCacheDisabled': { params: { cacheDisabled: boolean }; result: object };
  'Page.bringToFront': { params: object; result: object };
  'Page.captureScreenshot': {
    params: {
      format: 'png';
      optimizeForSpeed: boolean;
      captureBeyondViewport?: boolean;
      clip?: Rectangle & { scale: number };
    };
    result: { data: string };
  };
  'Page.captureSnapshot': { params: { format: 'mhtml' }; result: { data: string } };
  'Page.createIsolatedWorld': {
    params: { frameId: string; worldName: string };
    result: { executionContextId: number };
  };
  'Page.enable': { params: object; result: object };
  'Page.getFrameTree': { params: object; result: { frameTree: FrameTree } };
  'Page.getLayoutMetrics': {
    params: object;
    result: {
      cssContentSize: Rectangle;
      cssLayoutViewport: { pageX: number; pageY: number; clientWidth: number; clientHeight: number };
    };
  };
  'Page.handleJavaScriptDialog': { params: { accept: boolean }; result: object };
  'Page.navigate': {
    params: { url: string; referrer?: string };
    result: { errorText?: string; isDownload?: boolean };
  };
  'Page.screencastFrameAck': { params: { sessionId: number }; result: object };
  'Page.startScreencast': {
    params: { format: 'jpeg'; quality: number; maxWidth: number; maxHeight: number; everyNthFrame: number };
    result: object;
  };
  'Page.reload': { params: { ignoreCache: boolean }; result: object };
  'Page.stopLoading': { params: object; result: object };
  'Runtime.callFunctionOn': {
    params: {
      functionDeclaration: string;
      executionContextId: number;
      arguments: ({ value: unknown } | { objectId: string })[];
      returnByValue: boolean;
      awaitPromise?: boolean;
    };
    result: Evaluation;
  };
  'Runtime.evaluate': {
    params: { expression: string; contextId?: number; returnByValue?: boolean };
    result: Evaluation;
  };
  'Runtime.runIfWaitingForDebugger': { params: object; result: object };
  'Target.setAutoAttach': {
    params: { autoAttach: boolean; waitForDebuggerOnStart: boolean; flatten: true };
    result: object;
  };
}
export type CdpMethod = keyof CdpCommands;

export interface CdpEvents {
  'Fetch.requestPaused': RequestPaused;
  'Inspector.targetCrashed': object;
  'Network.dataReceived': { requestId: string; dataLength: number };
  'Network.loadingFailed': {
    requestId: string;
    errorText: string;
    canceled?: boolean;
    blockedReason?: string;
    corsErrorStatus?: { corsError: string };
  };
  'Network.loadingFinished': { requestId: string; timestamp: number; encodedDataLength: number };
  'Network.requestServedFromCache': { requestId: string };
  'Network.requestWillBeSent': {
    requestId: string;
    loaderId: string;
    request: CdpRequest;
    timestamp: number;
    wallTime: number;
    type?: string;
    frameId?: string;
    redirectResponse?: CdpResponse;
    redirectHasExtraInfo?: boolean;
  };
  'Network.requestWillBeSentExtraInfo': { requestId: string; headers: Record<string, string> };
  'Network.responseReceived': {
    requestId: string;
    type: string;
    response: CdpResponse;
    hasExtraInfo?: boolean;
  };
  'Network.responseReceivedExtraInfo': {
    requestId: string;
    headers: Record<string, string>;
    headersText?: string;
    statusCode: number;
  };
  'Network.webSocketClosed': { requestId: string };
  'Network.webSocketCreated': { requestId: string; url: string };
  'Network.webSocketFrameReceived': WebSocketMessage;
  'Network.webSocketFrameSent': WebSocketMessage;
  'Network.webSocketHandshakeResponseReceived': {
    requestId: string;
    response: { status: number; statusText: string; headers: Record<string, string>; headersText?: string };
  };
  'Network.webSocketWillSendHandshakeRequest': {
    requestId: string;
    wallTime: number;
    request: { headers: Record<string, string> };
  };
  'Page.downloadWillBegin': { url: string };
  'Page.frameNavigated': { frame: CdpFrame };
  'Page.javascriptDialogOpening': { type: string; message: string; url: string };
  'Page.loadEventFired': object;
  /** `timestamp` in seconds since 1970. */
  'Page.screencastFrame': {
    data: string;
    sessionId: number;
    metadata: { timestamp?: number };
  };
  'Target.attachedToTarget': {
    sessionId: string;
    waitingForDebugger: boolean;
    targetInfo: { targetId: string; type: string; url: string };
  };
  'Target.detachedFromTarget': { sessionId: string };
}
export type CdpEventName = keyof CdpEvents;

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface EncodedBody {
  readonly body: string;
  readonly base64Encoded: boolean;
}
export interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
}
interface Evaluation {
  readonly result: RemoteObject;
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}
export interface CdpFrame {
  readonly id: string;
  readonly parentId?: string;
  readonly loaderId: string;
  readonly url: string;
  readonly urlFragment?: string;
  readonly unreachableUrl?: string;
  readonly mimeType: string;
}
export interface FrameTree {
  readonly frame: CdpFrame;
  readonly childFrames?: readonly FrameTree[];
}
export interface DomNode {
  readonly backendNodeId: number;
  readonly nodeName: string;
  readonly shadowRootType?: 'user-agent' | 'open' | 'closed';
  readonly frameId?: string;
  readonly children?: readonly DomNode[];
  readonly shadowRoots?: readonly DomNode[];
  readonly contentDocument?: DomNode;
}
interface CdpRequest {
  readonly url: string;
  readonly urlFragment?: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly hasPostData?: boolean;
}
export interface CdpResponse {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Record<string, string>;
  readonly mimeType: string;
  readonly protocol?: string;
  readonly remoteIPAddress?: string;
  readonly remotePort?: number;
  readonly fromDiskCache?: boolean;
  readonly fromPrefetchCache?: boolean;
  readonly fromServiceWorker?: boolean;
  readonly timing?: ResourceTiming;
  readonly securityDetails?: SecurityDetails;
}
/** `requestTime` in monotonic seconds, all others ms after it; −1 when there was none. */
export interface ResourceTiming {
  readonly requestTime: number;
  readonly dnsStart: number;
  readonly dnsEnd: number;
  readonly connectStart: number;
  readonly connectEnd: number;
  readonly sslStart: number;
  readonly sslEnd: number;
  readonly sendStart: number;
  readonly sendEnd: number;
  readonly receiveHeadersEnd: number;
}
export interface SecurityDetails {
  readonly protocol: string;
  readonly keyExchange: string;
  readonly keyExchangeGroup?: string;
  readonly cipher: string;
  readonly subjectName: string;
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly sanList?: readonly string[];
}
interface HeaderEntry {
  readonly name: string;
  readonly value: string;
}

interface RequestPaused {
  readonly requestId: string;
  readonly networkId?: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: CdpRequest;
  readonly responseStatusCode?: number;
  readonly responseErrorReason?: string;
  readonly responseHeaders?: readonly HeaderEntry[];
}
export interface WebSocketMessage {
  readonly requestId: string;
  readonly response: { readonly opcode: number; readonly payloadData: string };
}
