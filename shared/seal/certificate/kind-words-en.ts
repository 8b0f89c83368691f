import type { KindWords } from './kind-words.ts';

export const kindWordsEn: KindWords = {
  labels: { sequence: 'Sequence', region: 'Region', file: 'File' },
  captureKinds: {
    page: 'page',
    region: 'region',
    recording: 'recording',
    file: 'file',
    step: 'step',
    imported: 'imported',
    monitoring: 'monitoring',
  },
  artefacts: {
    region: 'picture of the region',
    'region-text': 'text of the region',
    'region-dom': 'DOM of the region',
    file: 'file',
  },
  whats: {
    region: 'region',
    file: 'file',
  },
  phrases: {
    'sequence-step': 'step {0} of {1} “{2}”: {3}',
    'sequence-first': 'first step',
    'sequence-follows': 'follows {0}; SHA-256 of its capture record:',
    'sequence-follows-failed': 'follows {0}, which failed and has no record',
    'sequence-withdrawn': 'the person took the label of the step before back',
    'sequence-last': 'declared to be the last step',
    'region-element': 'an element chosen by a person:',
    'region-rectangle': 'a rectangle drawn by a person, inside:',
    'region-found': 'as found: x {0}, y {1}, {2} × {3} CSS px',
    'region-reloaded': 'after the reload: x {0}, y {1}, {2} × {3} CSS px',
    'region-text': 'text, {0} characters:',
    'file-name': 'name as offered: {0}; media type {1}; HTTP status {2}',
    'file-size': '{0} bytes, SHA-256:',
    'file-again':
      'asked for by the extension itself, by a request of its own; address and page it was offered on:',
    'file-link': 'link chosen by a person: “{0}”, {1}',
    'file-partial': 'incomplete: the transfer broke off',
  },
};
