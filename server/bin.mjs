#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { isServerBuilt } from '../scripts/is-server-built.mjs';

/** The built files where they are of these sources; else the sources, compiled as they are read (seconds slower). */
async function load() {
  if (isServerBuilt()) return import('../dist/server/cli.js');
  const { register } = await import('tsx/esm/api');
  // The project's own compiler settings, whatever tsconfig.json lies in the current folder.
  register({ tsconfig: fileURLToPath(new URL('../tsconfig.base.json', import.meta.url)) });
  return import('./cli.ts');
}

const { main } = await load();
process.exitCode = await main(process.argv.slice(2));
