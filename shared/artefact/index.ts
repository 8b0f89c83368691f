import { captureRecord } from './capture-record.ts';
import { cdx } from './cdx.ts';
import { challenge } from './challenge.ts';
import { cookies } from './cookies.ts';
import type { ArtefactDefinition } from './define-artefact.ts';
import { dom } from './dom.ts';
import { environment } from './environment.ts';
import { forms } from './forms.ts';
import { foundDom } from './found-dom.ts';
import { foundScreenshot } from './found-screenshot.ts';
import { mhtml } from './mhtml.ts';
import { networkHar } from './network-har.ts';
import { recording } from './recording.ts';
import { recordingAnchor } from './recording-anchor.ts';
import { recordingJournal } from './recording-journal.ts';
import { screenshot } from './screenshot.ts';
import { scrollArea } from './scroll-area.ts';
import { scrollAreaDom } from './scroll-area-dom.ts';
import { tlsChain } from './tls-chain.ts';
import { warc } from './warc.ts';

/** The registry: a new kind is one file and one line here; the compiler then asks for its capturer and its labels. */
const definitions = [
  foundDom,
  foundScreenshot,
  screenshot,
  scrollArea,
  scrollAreaDom,
  dom,
  forms,
  mhtml,
  warc,
  cdx,
  networkHar,
  tlsChain,
  cookies,
  recording,
  recordingJournal,
  recordingAnchor,
  challenge,
  environment,
  captureRecord,
] as const;

export type ArtefactKind = (typeof definitions)[number]['kind'];
export const artefactKinds: readonly ArtefactKind[] = definitions.map((definition) => definition.kind);

const byKind = new Map<ArtefactKind, ArtefactDefinition<ArtefactKind>>(
  definitions.map((definition) => [definition.kind, definition]),
);

/** The definition of a kind. Every `ArtefactKind` has one, by construction. */
export function artefactDefinition(kind: ArtefactKind): ArtefactDefinition<ArtefactKind> {
  const definition = byKind.get(kind);
  if (definition === undefined) throw new TypeError(`no artefact definition for ${kind}`);
  return definition;
}
