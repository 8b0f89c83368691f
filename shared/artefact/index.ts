import { captureRecord } from './capture-record.ts';
import { cdx } from './cdx.ts';
import { challenge } from './challenge.ts';
import { cookies } from './cookies.ts';
import type { ArtefactDefinition } from './define-artefact.ts';
import { dom } from './dom.ts';
import { environment } from './environment.ts';
import { facts } from './facts.ts';
import { file } from './file.ts';
import { forms } from './forms.ts';
import { foundDom } from './found-dom.ts';
import { foundScreenshot } from './found-screenshot.ts';
import { foundText } from './found-text.ts';
import { mhtml } from './mhtml.ts';
import { networkHar } from './network-har.ts';
import { pageMetadata } from './page-metadata.ts';
import { recording } from './recording.ts';
import { recordingAnchor } from './recording-anchor.ts';
import { recordingJournal } from './recording-journal.ts';
import { region } from './region.ts';
import { regionDom } from './region-dom.ts';
import { regionText } from './region-text.ts';
import { screenshot } from './screenshot.ts';
import { scrollArea } from './scroll-area.ts';
import { scrollAreaDom } from './scroll-area-dom.ts';
import { storage } from './storage.ts';
import { tlsChain } from './tls-chain.ts';
import { visibleText } from './visible-text.ts';
import { warc } from './warc.ts';

/** The registry: a new kind is one file and one line here; the compiler then asks for its capturer and its labels. */
const definitions = [
  foundDom,
  foundScreenshot,
  foundText,
  screenshot,
  region,
  regionText,
  regionDom,
  file,
  scrollArea,
  scrollAreaDom,
  dom,
  visibleText,
  pageMetadata,
  forms,
  mhtml,
  warc,
  cdx,
  networkHar,
  tlsChain,
  cookies,
  storage,
  facts,
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
