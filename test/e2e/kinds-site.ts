import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A shop with a price to choose, a file to download and a purchase in three steps. */
export interface KindsSite {
  readonly origin: string;
  readonly pdf: Buffer;
  readonly archive: Buffer;
  /** Referers of the requests for a path, in order. */
  referers(path: string): readonly string[];
  close(): void;
}

const page = (title: string, body: string) =>
  `<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><title>${title}</title>
<style>body{margin:0;font:20px/30px sans-serif}#price{position:absolute;left:40px;top:1200px;width:300px;height:120px;background:rgb(10,200,30)}</style>
${body}`;

const shop = page(
  'Shop',
  `<main style="height:3000px"><h1>SHOP-MARK</h1><a id=contract href="/files/contract.pdf">合同 <b>下载</b></a>
<div id=price><p>价格 9.9 元</p><p>国家级</p></div></main>`,
);

export async function serveKindsSite(): Promise<KindsSite> {
  const pdf = Buffer.concat([
    Buffer.from('%PDF-1.7\n'),
    Buffer.alloc(3 * 2 ** 20, 0x25),
    Buffer.from([0xff, 0, 0x80]),
  ]);
  const archive = Buffer.alloc(60 * 2 ** 20);
  for (let at = 0; at < archive.length; at += 4096) archive.writeUInt32LE(at, at);
  const asked: { path: string; referer: string }[] = [];
  const server = http.createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push({ path, referer: request.headers.referer ?? '' });
    if (path === '/go/contract') {
      response.writeHead(302, { location: '/files/contract.pdf' }).end();
      return;
    }
    if (path === '/files/contract.pdf') {
      response.setHeader('content-type', 'application/pdf');
      response.setHeader('content-disposition', "inline; filename*=UTF-8''%E5%90%88%E5%90%8C.pdf");
      response.setHeader('content-length', pdf.length);
      response.end(pdf);
      return;
    }
    if (path === '/files/all.zip' || path === '/files/broken.zip') {
      response.setHeader('content-type', 'application/zip');
      response.setHeader('content-disposition', 'attachment; filename="all.zip"');
      response.setHeader('content-length', archive.length);
      if (path === '/files/all.zip') response.end(archive);
      else response.write(archive.subarray(0, 2 ** 20), () => setTimeout(() => response.destroy(), 300));
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    // Tall enough that picturing it takes seconds.
    const height = path === '/long' ? 90_000 : 100;
    response.end(path === '/' ? shop : page(`Step ${path}`, `<h1 style="height:${height}px">${path}</h1>`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pdf,
    archive,
    referers: (wanted) => asked.filter(({ path }) => path === wanted).map(({ referer }) => referer),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
