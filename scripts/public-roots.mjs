import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Writes `shared/tls/public-roots.ts` from the Mozilla list that this Node carries: `node scripts/public-roots.mjs`. */
const rows = rootCertificates.map((pem) => {
  const certificate = new X509Certificate(pem);
  const fingerprint = createHash('sha256').update(certificate.raw).digest('hex');
  const attributes = Object.fromEntries(
    certificate.subject
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return [fingerprint, attributes.CN ?? attributes.OU ?? attributes.O];
});
const quoted = (text) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
const lines = rows
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([fingerprint, name]) => `  [${quoted(fingerprint)}, ${quoted(name)}],`);
writeFileSync(
  new URL('../shared/tls/public-roots.ts', import.meta.url),
  `/** Where \`publicRoots\` comes from; recorded with every judgement. */
export const publicRootsSource = 'Mozilla CA certificate programme, as in Node.js ${process.version}';

/** Public roots by the SHA-256 of their DER, with a name for people. Written by \`scripts/public-roots.mjs\`. */
export const publicRoots: ReadonlyMap<string, string> = new Map([
${lines.join('\n')}
]);
`,
);
