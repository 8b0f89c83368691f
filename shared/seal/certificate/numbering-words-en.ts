import type { NumberingWords } from './numbering-words.ts';

/** The English words. */
export const numberingWordsEn: NumberingWords = {
  labels: {
    numbering: 'Earlier numbers',
    'history-lost': 'Records lost on the device',
    'clock-changes': 'Clock moved meanwhile',
  },
  phrases: {
    'clock-steady': 'no, by its own watch',
    'clock-moved': 'by {0} s at (device clock):',
    'clock-not-watched': 'not watched',
    'warn-clock': 'The device clock was moved while the capture ran.',
    'carried-unused': 'carried in for this device and not used: {0}',
    'numbers-complete': 'all accounted for up to {0}',
    'numbers-awaited': 'awaited: {0}',
    'numbers-gap': 'gap: {0}, declared {1}',
    'number-closed': 'ended without a package ({1}, as the device says): {0}',
    'numbering-unknown': 'not provided by the service',
    'numbers-lost': 'device {0}: nothing of {1} is left in the browser; all had been sealed',
    'numbers-lost-unsealed': 'device {0}: nothing of {1} is left in the browser; not sealed: {2}',
    'warn-lost': 'The browser lost records of earlier captures: see Records lost on the device.',
    'warn-gap': 'Earlier numbers of this device never arrived (gap): see Earlier numbers.',
    'warn-fork':
      'This device has shown two histories (fork): it or its data may have been copied or rolled back.',
  },
};
