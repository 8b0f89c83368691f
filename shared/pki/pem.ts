import { fromBase64, toBase64 } from '#shared/lib/base64';
import { PkiError } from './pki-error.ts';

export type PemLabel = 'CERTIFICATE' | 'PRIVATE KEY' | 'PUBLIC KEY' | 'X509 CRL' | 'CMS';

/** Textual encoding (RFC 7468 §3): 64 characters a line, LF after every line. */
export function toPem(label: PemLabel, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.map((line) => `${line}\n`).join('')}-----END ${label}-----\n`;
}

/**
 * The DER of every block with this label, in order. Text between blocks and CRLF line ends are allowed (RFC 7468 §2,
 * §5.2); inside a block the base64 must be exactly what `toPem` writes.
 * @returns an empty array where no such block is present
 * @throws PkiError PEM_MALFORMED for a block that is cut off or malformed
 */
export function parsePem(text: string, label: PemLabel): Uint8Array[] {
  const begin = `-----BEGIN ${label}-----\n`;
  const end = `-----END ${label}-----`;
  const [, ...blocks] = `\n${text.replaceAll('\r\n', '\n')}`.split(`\n${begin}`);
  return blocks.map((block) => {
    const stop = block.indexOf(end);
    if (stop < 0) throw new PkiError('PEM_MALFORMED', `${label} block is not closed`, { entry: label });
    const body = block.slice(0, stop);
    try {
      const der = fromBase64(body.replaceAll('\n', ''));
      if (toPem(label, der) === `${begin}${body}${end}\n`) return der;
    } catch (cause) {
      throw new PkiError('PEM_MALFORMED', `${label} block is not base64`, { entry: label, cause });
    }
    throw new PkiError('PEM_MALFORMED', `${label} block has irregular lines`, { entry: label });
  });
}
