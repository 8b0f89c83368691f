import type { CertificateText } from './text.ts';

/** Defects of a bundle, and those only the service sees, in English. */
export const defectsEn: CertificateText['defects'] = {
  'no-challenge': 'no challenge',
  'challenge-stale': 'too long between challenge and anchor',
  'no-anchor': 'no anchor',
  'no-anchor-proof': 'anchor token or its log proof is missing',
  'device-clock-differs': 'device clock differs from the tokens by more than two minutes',
  'clock-changed': 'device clock was moved while the capture ran',
  'no-warc': 'no exchange recorded',
  'no-index': 'no index of the exchanges',
  'carried-challenge':
    'challenge from a file carried in: its number is self-asserted, its time only the earliest',
  'environment-not-ours': 'the environment report holds statements another service signed',
  'anchor-not-ours': 'anchored by another authority than this service',
  'device-suspended': 'the device was suspended when this arrived',
  'device-forked-before': 'the device had two histories before (fork); it was reinstated',
  'device-revoked-after-anchor': 'the device was revoked after the anchor',
  'numbers-missing': 'earlier numbers of the device never arrived',
  'arrived-after-gap': 'arrived after its number had been declared missing',
  'sound-without-text': 'sound recorded without a written record of it',
};
