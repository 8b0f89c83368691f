import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** Who may import whom (design §3): layer → layers it may import besides itself. */
const sharedDomain = ['shared/lib'];
const allowed: Record<string, readonly string[]> = {
  'shared/lib': [],
  'shared/artefact': sharedDomain,
  'shared/journal': sharedDomain,
  'shared/recording': sharedDomain,
  'shared/fact': sharedDomain,
  'shared/procedure': sharedDomain,
  'shared/log': sharedDomain,
  'shared/environment': sharedDomain,
  'shared/warc': [...sharedDomain, 'shared/artefact'],
  'shared/bundle': [
    ...sharedDomain,
    'shared/artefact',
    'shared/journal',
    'shared/warc',
    'shared/recording',
    'shared/environment',
    'shared/fact',
    'shared/procedure',
    'shared/log',
    'shared/pki',
    'shared/tls',
  ],
  'shared/pki': sharedDomain,
  'shared/tls': ['shared/lib', 'shared/pki'],
  'shared/seal': [
    'shared/lib',
    'shared/artefact',
    'shared/journal',
    'shared/warc',
    'shared/fact',
    'shared/recording',
    'shared/environment',
    'shared/log',
    'shared/pki',
    'shared/bundle',
    'shared/witness',
  ],
  'shared/verify': [
    'shared/witness',
    'shared/lib',
    'shared/artefact',
    'shared/environment',
    'shared/journal',
    'shared/warc',
    'shared/recording',
    'shared/fact',
    'shared/log',
    'shared/pki',
    'shared/bundle',
    'shared/seal',
  ],
  'shared/witness': ['shared/lib', 'shared/fact', 'shared/bundle'],
  'shared/api': [
    'shared/witness',
    'shared/lib',
    'shared/artefact',
    'shared/environment',
    'shared/journal',
    'shared/warc',
    'shared/fact',
    'shared/log',
    'shared/pki',
    'shared/bundle',
    'shared/seal',
    'shared/verify',
  ],
  'shared/view': ['shared'],
  'extension/entrypoints': [
    'extension/pipeline',
    'extension/messages',
    'extension/ui',
    'extension/host',
    'shared',
  ],
  'extension/pipeline': [
    'extension/capture',
    'extension/store',
    'extension/host',
    'extension/messages',
    'shared',
  ],
  'extension/capture': ['shared'],
  'extension/store': ['shared'],
  'extension/host': ['shared'],
  'extension/messages': ['shared'],
  'extension/ui': ['extension/messages', 'extension/store/read', 'shared'],
  'server/main': ['server', 'shared'],
  'server/http': [
    'server/config/limits-section.ts',
    'server/identity',
    'server/evidence',
    'server/intake',
    'server/witness',
    'server/seal',
    'server/document',
    'server/log',
    'server/trust',
    'server/store',
    'shared',
  ],
  'server/backup': ['server/log', 'server/store', 'shared'],
  'server/doctor': ['server/trust', 'server/store', 'shared'],
  'server/config': [
    'server/config-error.ts',
    'server/identity/oidc.ts',
    'server/trust',
    'server/store',
    'shared',
  ],
  'server/identity': ['server/store', 'shared'],
  'server/witness': ['server/store', 'shared'],
  'server/intake': ['server/evidence', 'server/witness', 'server/store', 'shared'],
  'server/evidence': ['server/document', 'server/store', 'shared'],
  'server/seal': [
    'server/evidence',
    'server/log',
    'server/document',
    'server/trust',
    'server/store',
    'shared',
  ],
  'server/trust': ['server/store', 'shared'],
  'server/log': ['server/store', 'shared'],
  'server/document': ['server/store', 'shared'],
  'server/store': ['shared'],
  'server/portal': ['shared'],
  verifier: ['shared'],
};

/** As package.json maps them. */
const roots: Readonly<Record<string, string>> = { '#shared': 'shared', '#view': 'shared/view' };

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = ['shared', 'extension', 'server', 'verifier'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.d\.ts$|testing\//.test(name)),
);

function layerOf(file: string): string | undefined {
  if (/^server\/[^/]+\.ts$/.test(file)) return 'server/main';
  return Object.keys(allowed).find((layer) => file.startsWith(`${layer}/`));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'((?:\.|#shared\/|#view\/)[^']*)'/g)].map(
    ([, specifier = '']) => ({
      from: file,
      to: specifier.startsWith('#')
        ? specifier.replace(/^#shared|^#view/, (root) => roots[root] ?? root)
        : normalize(join(dirname(file), specifier)),
    }),
  );
}

test('every file belongs to a layer', () => {
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
});

test('no import crosses a layer against the arrows', () => {
  const crossings = files.flatMap(importsOf).filter(({ from, to }) => {
    const source = layerOf(from);
    if (source === undefined || to.startsWith(`${source}/`)) return false;
    if (source === 'server/main' && layerOf(to) === 'server/main') return false;
    return !(allowed[source] ?? []).some((target) => to === target || to.startsWith(`${target}/`));
  });
  expect(crossings.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});
