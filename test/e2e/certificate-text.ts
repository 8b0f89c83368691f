import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Words of a sealed package's certificate without white space; `undefined`, said loudly, where pdftotext is missing. */
export function certificateText(dataDir: string, packageId: string): string | undefined {
  const pdf = join(dataDir, 'service', 'packages', packageId, 'certificate.pdf');
  const { stdout, error } = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  if (error !== undefined) {
    console.warn('SKIPPED: pdftotext is not installed, the certificate is not read');
    return undefined;
  }
  return stdout.replace(/\s+/g, '');
}
