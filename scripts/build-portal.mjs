// Writes dist/portal: the pages people use in a browser, as static files.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
await build({
  root: join(root, 'server', 'portal'),
  configFile: false,
  logLevel: 'warn',
  plugins: [preact()],
  build: {
    outDir: join(root, 'dist', 'portal'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // The policy of the pages allows nothing inline.
    assetsInlineLimit: 0,
  },
});
