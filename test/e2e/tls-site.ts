import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';

/** A shop over HTTPS under a CA of its own, which the browser of `home` trusts. */
export interface TlsSite {
  readonly origin: string;
  readonly port: number;
  /** DER of the leaf. */
  readonly leaf: Uint8Array;
  /** DER of the leaf under which a path was answered last. */
  servedUnder(path: string): Uint8Array | undefined;
  readonly root: Uint8Array;
  /** What `/contract.pdf` gives. */
  readonly file: Uint8Array;
  close(): void;
}

const page = `<!doctype html><meta charset=utf-8><link rel=icon href="data:,"><title>shop</title><h1>TLS-MARK</h1>
<script>if (location.search === '?later') fetch('/later.json').then((r) => r.text()).then((t) => document.body.append(t))</script>`;

/** Every byte value, past the blocks of TLS and of HTTP. */
const file = Buffer.concat([
  Buffer.from('%PDF-1.7\n'),
  Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 31) % 256)),
]);

/** @param folder for keys; `home` gets the NSS database Chromium reads on Linux */
export async function serveTlsSite(folder: string, home: string): Promise<TlsSite> {
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: folder, stdio: 'pipe' });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-batch'];
  run(
    'openssl',
    'req',
    '-x509',
    ...ec,
    '-days',
    '9',
    '-subj',
    '/CN=Own CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  writeFileSync(join(folder, 'san'), 'subjectAltName=DNS:shop.test\nextendedKeyUsage=serverAuth\n');
  for (const [name, days] of [
    ['leaf', '5'],
    ['later', '6'],
  ] as const) {
    run('openssl', 'req', ...ec, '-subj', '/CN=shop.test', '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'san', '-days', days];
    run('openssl', 'x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
  }
  const database = join(home, '.pki', 'nssdb');
  execFileSync('mkdir', ['-p', database]);
  run('certutil', '-N', '-d', `sql:${database}`, '--empty-password');
  run('certutil', '-A', '-d', `sql:${database}`, '-t', 'C,,', '-n', 'own', '-i', 'ca.pem');
  const der = (name: string) =>
    new Uint8Array(run('openssl', 'x509', '-in', `${name}.pem`, '-outform', 'DER'));
  const context = (name: string) => ({
    key: readFileSync(join(folder, `${name}.key`)),
    cert: readFileSync(join(folder, `${name}.pem`)),
  });
  const served = new Map<string, Uint8Array>();
  const sockets = new Set<Socket>();
  const server = https.createServer(context('leaf'), (request, response) => {
    const socket = request.socket as TLSSocket;
    const own = socket.getCertificate();
    if (own !== null && 'raw' in own) served.set(request.url ?? '', own.raw);
    if (request.url === '/?later') {
      // Whatever the page asks for next is asked under the other certificate: no connection made before is left.
      const isLeaf = own !== null && 'raw' in own && own.raw.equals(der('leaf'));
      server.setSecureContext(context(isLeaf ? 'later' : 'leaf'));
      for (const other of sockets) if (other.remotePort !== socket.remotePort) other.destroy();
    }
    response.setHeader('connection', 'close');
    if (request.url === '/contract.pdf') {
      response.setHeader('content-type', 'application/pdf');
      response.end(file);
      return;
    }
    response.setHeader('content-type', request.url?.endsWith('.json') ? 'application/json' : 'text/html');
    response.end(request.url?.endsWith('.json') ? '{"price":"9.9"}' : page);
  });
  // Not `secureConnection`: one in its handshake has chosen its certificate already.
  server.on('connection', (stream) => {
    const socket = stream as Socket;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://shop.test:${port}`,
    port,
    leaf: der('leaf'),
    servedUnder: (path) => served.get(path),
    root: der('ca'),
    file,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
