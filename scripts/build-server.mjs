// Writes dist/server: the service and the command line with what they import, in a few files. Compiling and finding some
// thousand modules at each start took longer than the start itself.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { builtFrom } from './built-from.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist', 'server');
const posix = (path) => path.split(sep).join('/');

/** Files find what lies beside them (worker threads, fonts, package.json) from where their source is. */
const sourceUrls = {
  name: 'source-urls',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](server|shared)[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const source = JSON.stringify(posix(relative(folder, path)));
      return {
        contents: text.replaceAll('import.meta.url', `new URL(${source}, import.meta.url).href`),
        loader: 'ts',
        resolveDir: dirname(path),
      };
    });
  },
};

await rm(folder, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  // The second is a worker thread's; the last two are for those who start the service with steps of their own.
  entryPoints: [
    'server/cli.ts',
    'server/evidence/answer-tasks.ts',
    'server/main.ts',
    'server/seal/seal-steps.ts',
  ],
  outdir: folder,
  entryNames: '[name]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  tsconfig: 'tsconfig.base.json',
  // Compiled for the machine, or reading files of their own from where they are installed.
  external: ['better-sqlite3', 'libsql', 'pg-native', 'pkcs11js', 'pdfkit'],
  // CommonJS packages ask for Node's own modules with it.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
  },
  plugins: [sourceUrls],
  metafile: true,
  logLevel: 'warning',
});
const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
const sources = [
  ...inputs,
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'scripts/build-server.mjs',
];
await writeFile(join(folder, 'sources.json'), JSON.stringify(builtFrom(root, sources)));
