import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What only the case may let into a bundle; each is sent on its own way and shown nowhere on the page. */
export const secrets = {
  cookie: 'SECRET-COOKIE-1b7d',
  setCookie: 'SECRET-SET-COOKIE-52c0',
  authorization: 'SECRET-AUTHORIZATION-9f3e',
  token: 'SECRET-TOKEN-77aa',
  requestBody: 'SECRET-REQUEST-BODY-40d1',
  webSocketMessage: 'SECRET-WS-MESSAGE-c6e8',
  webSocketCookie: 'SECRET-WS-COOKIE-0f42',
  localStorage: 'SECRET-LOCAL-STORAGE-8e15',
  sessionStorage: 'SECRET-SESSION-STORAGE-d203',
} as const;

/** Not as such in the source of the page: there it would be part of a response body. */
const hidden = (secret: string) => `[${[...secret].map((character) => character.charCodeAt(0))}]`;

const page = `<!doctype html><meta charset=utf-8><title>all ways</title><h1>ALL-WAYS-MARK</h1>
<video id=film></video><script>
const s = (codes) => String.fromCharCode(...codes);
document.cookie = 'sid=' + s(${hidden(secrets.cookie)}) + ';path=/';
localStorage.setItem('key', s(${hidden(secrets.localStorage)}));
sessionStorage.setItem('key', s(${hidden(secrets.sessionStorage)}));
const show = (text) => { const p = document.createElement('p'); p.textContent = text; document.body.append(p); };
fetch('/api', { method: 'POST', body: s(${hidden(secrets.requestBody)}), headers: {
  authorization: 'Bearer ' + s(${hidden(secrets.authorization)}), 'x-auth-token': s(${hidden(secrets.token)}) } });
fetch('/hop').then((r) => r.json()).then(({ mark }) => show(mark));
new Worker('/worker.js').onmessage = ({ data }) => show(data);
if (performance.getEntriesByType('navigation')[0].type === 'reload') navigator.serviceWorker.register('/sw.js');
const socket = new WebSocket('ws://' + location.host + '/socket');
socket.onopen = () => socket.send(s(${hidden(secrets.webSocketMessage)}));
socket.onmessage = ({ data }) => show(data);
navigator.requestMediaKeySystemAccess('org.w3.clearkey', [{ initDataTypes: ['keyids'],
  videoCapabilities: [{ contentType: 'video/webm; codecs="vp8"' }] }])
  .then((access) => access.createMediaKeys()).then((keys) => film.setMediaKeys(keys));
</script>`;

type Answer = readonly [type: string, body: string, headers?: Record<string, string>];
const answers: Readonly<Record<string, Answer>> = {
  '/': [
    'text/html',
    page,
    { 'set-cookie': `server=${secrets.setCookie}; HttpOnly`, 'x-csrf-token': secrets.token },
  ],
  '/favicon.ico': ['image/png', ''],
  '/api': ['application/json', '{}'],
  '/hopped.json': ['application/json', '{"mark":"AFTER-REDIRECT-MARK"}'],
  '/worker.js': [
    'text/javascript',
    'fetch("/from-worker.json").then((r) => r.json()).then(({ mark }) => postMessage(mark)); setInterval(() => fetch("/cacheable.js"), 100)',
  ],
  '/from-worker.json': ['application/json', '{"mark":"FROM-WORKER-MARK"}'],
  '/sw.js': [
    'text/javascript',
    'oninstall = (event) => event.waitUntil(fetch("/from-service-worker.json").then((r) => r.text()));',
  ],
  '/from-service-worker.json': ['application/json', '{"mark":"FROM-SERVICE-WORKER-MARK"}'],
  '/cacheable.js': ['text/javascript', '// cacheable', { 'cache-control': 'max-age=3600' }],
};

/** A page that fetches in every way there is, and keeps a secret in each place. */
export async function serveSecretSite(): Promise<{ readonly origin: string; close(): void }> {
  const sockets = new Set<Socket>();
  const server = http.createServer((request, response) => {
    request.resume();
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    if (path === '/hop') {
      response.writeHead(302, { location: '/hopped.json' }).end();
      return;
    }
    const [type, body, headers = {}] = answers[path] ?? ['text/plain', 'no such thing'];
    response
      .writeHead(answers[path] === undefined ? 404 : 200, { 'content-type': type, ...headers })
      .end(body);
  });
  server.on('upgrade', (request, socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n` +
        `Set-Cookie: ws=${secrets.webSocketCookie}\r\n\r\n`,
    );
    // One text frame, unmasked, shorter than 126 bytes (RFC 6455 §5.2).
    const message = Buffer.from('FROM-SOCKET-MARK');
    socket.write(Buffer.concat([Buffer.from([0x81, message.length]), message]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
