#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

// The project's own compiler settings, whatever tsconfig.json lies in the current folder.
register({ tsconfig: fileURLToPath(new URL('../tsconfig.base.json', import.meta.url)) });
const { main } = await import('./cli.ts');
process.exitCode = await main(process.argv.slice(2));
