import { artefactDefinition } from '#shared/artefact/index';
import { bundlePath } from './layout.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  [bundlePath.pages]: 'application/jsonl',
  [bundlePath.idx]: 'text/plain',
  [bundlePath.journal]: 'application/jsonl',
  [bundlePath.journalToken]: 'application/timestamp-reply',
  [bundlePath.journalProof]: 'text/plain',
  [bundlePath.captureRecord]: artefactDefinition('capture-record').mediaType,
};

/** Media type of a file that the capture record does not list; `''` for a path that has no business there. */
export function derivedMediaType(path: string): string {
  return mediaTypes[path] ?? '';
}
