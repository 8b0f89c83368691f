import type { PrecheckWarning } from '../../messages/protocol.ts';
import type { InspectionText } from './inspection-text.ts';

/** Words of the panel that only the panel has. Placeholders are `{0}`, `{1}`, …. */
export interface UiText {
  readonly inspection: InspectionText;
  readonly product: string;
  readonly tagline: string;
  readonly otherLanguage: string;
  readonly close: string;
  readonly back: string;
  readonly cancel: string;
  readonly copy: string;
  readonly copied: string;
  readonly beijing: string;

  readonly connected: string;
  readonly unreachable: string;
  readonly notPaired: string;
  readonly device: string;
  readonly clock: string;

  readonly pairTitle: string;
  readonly pairIntro: string;
  readonly pairAgain: string;
  readonly serviceAddress: string;
  readonly pairingCode: string;
  readonly pairingCodeHint: string;
  readonly deviceName: string;
  readonly deviceNameDefault: string;
  readonly pair: string;
  readonly pairing: string;

  readonly lossTitle: string;
  readonly lossAsOf: string;
  readonly lossNumbers: string;
  readonly lossNone: string;
  readonly lossSafe: string;
  readonly lossNewDevice: string;
  readonly lossSameDevice: string;
  readonly lossSeen: string;

  readonly offlineTitle: string;
  readonly offlineIntro: string;
  readonly carriedFile: string;
  readonly authorities: string;
  readonly authorityRoots: string;
  readonly authoritiesManaged: string;
  readonly saveAuthorities: string;

  readonly target: string;
  readonly capturable: string;
  readonly notCapturable: string;
  readonly checking: string;
  readonly checkAgain: string;
  readonly warnings: Readonly<Record<PrecheckWarning, string>>;

  readonly caseLabel: string;
  readonly noCase: string;
  readonly newCase: string;
  readonly caseNumber: string;
  readonly caseTitle: string;
  readonly createCase: string;
  readonly purpose: string;
  readonly purposeHint: string;
  readonly makers: string;
  readonly makerName: string;
  readonly makerCertificate: string;
  readonly addMaker: string;
  readonly removeMaker: string;
  readonly mode: string;
  readonly reload: string;
  readonly reloadHint: string;
  readonly asIs: string;
  readonly asIsHint: string;
  readonly cookies: string;
  readonly capture: string;
  readonly starting: string;
  readonly shortcut: string;

  readonly captures: string;
  readonly noCaptures: string;
  readonly omissions: string;
  readonly untitled: string;

  readonly openPackage: string;
  readonly openCertificate: string;
  readonly downloading: string;
  readonly saveBundle: string;
  readonly bundleSaved: string;
  readonly retry: string;
  readonly discard: string;
  readonly discardIntro: string;
  readonly discardReason: string;
  readonly discardConfirm: string;
  readonly overview: string;
  readonly captureId: string;
  readonly packageId: string;
  readonly requestedUrl: string;
  readonly startedAt: string;
  readonly closedAt: string;
  readonly challenge: string;
  readonly challengeHeld: string;
  readonly challengeAbsent: string;
  readonly anchor: string;
  readonly anchorHeld: string;
  readonly anchorAbsent: string;
  readonly cut: string;
  readonly bundleHash: string;
  readonly packageHash: string;
  readonly progress: string;
  /** What the engine calls its own steps; a name without an entry is shown as it is. */
  readonly engineSteps: Readonly<Record<string, string>>;
  readonly artefacts: string;
  readonly preview: string;
  readonly previewImage: string;
  readonly redrawn: string;
  readonly redrawnNote: string;
  readonly noPreview: string;
  readonly omissionsTitle: string;
  readonly omissionsNote: string;
  readonly more: string;

  readonly recording: string;
  readonly record: string;
  readonly stopRecording: string;
  readonly recordingChunks: string;
  readonly recordingLevel: string;
  readonly recordSilently: string;
  readonly recordingSilent: string;
  readonly markerNote: string;
  readonly addMarker: string;
  readonly transcript: string;
  readonly transcriptIntro: string;
  readonly transcriptPlace: string;
  readonly transcriptFrom: string;
  readonly transcriptTo: string;
  readonly transcriptSpeaker: string;
  readonly transcriptSaid: string;
  readonly addTranscript: string;
  readonly finishRecording: string;
}
