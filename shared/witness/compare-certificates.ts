import type { CertificateOfLook, ConnectionLook } from './second-look-file.ts';

/**
 * What two leaf certificates of one host have in common. Large sites serve several at once, by the same issuer and for
 * the same names; that is said apart from the same certificate.
 * @param recorded by the device; `null` where the bundle has none of this host.
 */
export function compareCertificates(
  observed: CertificateOfLook,
  recorded: CertificateOfLook | null,
): ConnectionLook['verdicts']['certificate'] {
  if (recorded === null) return 'not-recorded';
  if (observed.sha256 === recorded.sha256) return 'same';
  const [names, others] = [observed, recorded].map((one) => one.names.toSorted().join('\n'));
  return names === others && names !== '' && observed.issuer === recorded.issuer
    ? 'same-issuer-and-names'
    : 'different';
}
