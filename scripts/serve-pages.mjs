import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { createGunzip } from 'node:zlib';

const mediaTypes = {
  svg: 'image/svg+xml',
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
};

/**
 * Serves saved pages of a folder on a free loopback port; `*.html.gz` is served unpacked and no charset is sent,
 * so that a page's own encoding applies. Returns `{origin, close}`.
 */
export async function servePages(root) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://loopback').pathname);
    const file = join(root, normalize(path));
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end('not found');
      return;
    }
    const gzipped = file.endsWith('.gz');
    const extension = file.replace(/\.gz$/, '').split('.').pop() ?? '';
    response.writeHead(200, {
      'content-type': mediaTypes[extension] ?? 'application/octet-stream',
      'cache-control': 'no-store',
    });
    const stream = createReadStream(file);
    (gzipped ? stream.pipe(createGunzip()) : stream).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
