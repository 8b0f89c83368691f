import type { SecondLookWords } from './second-look-words.ts';

/** The English words. */
export const secondLookWordsEn: SecondLookWords = {
  labels: { 'second-source': 'Second look 旁证' },
  phrases: {
    'single-source':
      'single source 单一来源: at the seal there was no look by the service or a second device; what is recorded rests on this device and its operator alone',
    'look-connection':
      '{0}: at {1} the service itself resolved {2} and connected to it once ({3}); address and certificate alone were compared, nothing was asked for. It says nothing about the content of the page',
    'look-address-same': 'address: the one the device recorded is among those the service resolved',
    'look-address-different':
      'address: {0}, which the device recorded, is not among those the service resolved (large sites resolve differently from place to place)',
    'look-address-not-recorded': 'address: not recorded by the device',
    'look-certificate-same': 'certificate: the one the device recorded',
    'look-certificate-same-issuer-and-names':
      'certificate: not the one the device recorded, but by the same issuer for the same names',
    'look-certificate-different':
      'certificate: another than the device recorded; the connection of the device may have passed a proxy',
    'look-certificate-not-recorded': 'certificate: not recorded by the device',
    'look-capture':
      '{0}: capture {2} of the same address by device {1} (package {3}), begun {4} s apart by the device clocks',
    'look-officers-different': 'the two devices were paired by different people',
    'look-officers-not-known': 'whether the two devices were paired by different people is not known',
    'look-title-same': 'title: the same',
    'look-title-different': 'title: different ("{0}"; "{1}")',
    'look-text-same': 'text: the same, {0} lines',
    'look-text-different': 'text: different, {0} lines only in this capture, {1} only in the other',
    'look-text-not-recorded': 'text: not recorded, not compared',
    'look-prices-none': 'prices: none recognised in either text',
    'look-prices-same': 'prices: the same ({0})',
    'look-prices-different': 'prices: different (this capture {0}; the other {1})',
    'look-prices-not-recorded': 'prices: not recorded, not compared',
  },
};
