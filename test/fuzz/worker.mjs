// A worker thread of the fuzzer: the compiler's hooks of the main thread do not reach it.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('../../tsconfig.base.json', import.meta.url)) });
await import('./worker.ts');
