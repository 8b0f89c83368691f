// Writes dist/verifier/tiezheng-verify.html: the whole verifier in one file that loads nothing.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { build, type Plugin } from 'vite';
import { recordStyle } from '#shared/verify/record/record-style';
import { version } from '../server/version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist', 'verifier');

/** Bundles one entry into one classic script. */
async function bundle(entry: string, plugins: Plugin[] = []): Promise<string> {
  const result = await build({
    root: join(root, 'verifier'),
    configFile: false,
    logLevel: 'warn',
    plugins: [preact(), ...plugins],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: join(root, 'verifier', entry), output: { format: 'iife' } },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const [chunk, ...others] = outputs;
  if (chunk?.type !== 'chunk' || others.length > 0)
    throw new Error(`${entry} became ${outputs.length} files instead of one`);
  return chunk.code;
}

function workerCode(code: string): Plugin {
  const id = 'virtual:worker-code';
  return {
    name: 'worker-code',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (source) => (source === `\0${id}` ? `export default ${JSON.stringify(code)}` : undefined),
  };
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A script element ends at the first `</script`, wherever it stands in the code. */
const insideElement = (code: string) =>
  code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

const script = insideElement(await bundle('main.tsx', [workerCode(await bundle('worker.ts'))]));
const sheets = ['shared/view/tokens.css', 'verifier/style.css', 'shared/view/verify/report.css'];
const style = [...sheets.map((sheet) => readFileSync(join(root, sheet), 'utf8')), recordStyle].join('');
const policy = [
  "default-src 'none'",
  // The worker is made of the page's own text; WebAssembly hashes three times as fast.
  `script-src ${hashOf(script)} 'wasm-unsafe-eval'`,
  'worker-src blob:',
  `style-src ${hashOf(style)}`,
  'img-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const html = `<!doctype html>
<html lang="zh-CN" data-version="tiezheng verifier ${version}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>封存包离线核验</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<script>${script}</script>
</body>
</html>
`;

mkdirSync(folder, { recursive: true });
const file = join(folder, 'tiezheng-verify.html');
writeFileSync(file, html);
console.log(`${file} ${Math.round(Buffer.byteLength(html) / 1000)} kB`);
