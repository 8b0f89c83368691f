import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** The project's own pages for capturing; each path misbehaves or hides something in its own way. */
export interface CaptureSite {
  readonly origin: string;
  /** Requests so far, as `METHOD path`. */
  readonly requests: readonly string[];
  close(): void;
}

const goods = '正品保证 全国包邮 七天无理由退货 月销三千件 '.repeat(20);
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
/** 中国 in GBK, then two bytes that are no character. */
const gbkBytes = Uint8Array.of(0xd6, 0xd0, 0xb9, 0xfa, 0xff, 0x80);
const ascii = (text: string) => Buffer.from(text, 'latin1');
export const gbkPage = Buffer.concat([
  ascii('<!doctype html><meta charset=gbk><title>gbk</title><p id=x>'),
  gbkBytes,
  ascii('<script>fetch("/gbk.json").then(r=>r.text()).then(t=>document.body.append(t))</script>'),
]);
/** 日本 in EUC-JP, then two bytes that are no character. */
const eucJpBytes = Uint8Array.of(0xc6, 0xfc, 0xcb, 0xdc, 0xff, 0x80);
export const eucJpPage = Buffer.concat([
  ascii('<!doctype html><title>euc</title><p id=x>'),
  eucJpBytes,
  ascii(
    '<script>const r=new XMLHttpRequest();r.open("GET","/euc-jp.json");r.onload=()=>document.body.append(r.responseText);r.send()</script>',
  ),
]);
export const eucJpJson = Buffer.concat([ascii('{"goods":"'), eucJpBytes, ascii('"}')]);
export const gbkJson = Buffer.concat([ascii('{"goods":"'), gbkBytes, ascii('"}')]);

const rich = `<!doctype html><title>rich</title><h1>rich</h1>
<iframe srcdoc="<p>SRCDOC-MARK</p>"></iframe><iframe src="/inner"></iframe><iframe src="http://127.0.0.1:1/"></iframe>
<div id=shut></div><div id=chat style="overflow:auto;height:100px;width:200px"><p style="height:900px">chat</div>
<canvas></canvas><form><input name=typed><input type=password value=PASSWORD-MARK></form>
${[1, 2, 3, 4, 5].map((n) => `<img width=9 height=9 src="/missing-${n}.png">`).join('')}<img width=9 height=9 src="/broken.jpg">
<img data-src="/never-loaded.png"><script>
document.forms[0].typed.value='TYPED-MARK';
shut.attachShadow({mode:'closed'}).innerHTML='<p>CLOSED-MARK</p><input value=IN-CLOSED-MARK>';
fetch('/order',{method:'POST',body:'BODY-MARK'});
new SharedWorker('/shared.js');
</script>`;

/** Text from the document, from fetched JSON with escapes, and from a script. */
const item = `<!doctype html><meta charset=utf-8><title>正品茶壶 旗舰店</title><h1 id=name>正品茶壶</h1>
<p id=price>&yen;1299.00</p><p id=stock></p><p id=made></p><p hidden>HIDDEN-TEXT</p><script>
fetch('/item.json').then((r) => r.json()).then(({ stock }) => { stock_.textContent = stock; });
const stock_ = document.getElementById('stock');
made.textContent = '\\u4ea7\\u5730：\\u5b9c\\u5174';
</script>`;

/** How many pictures `/heavy` names, and which of them fail. */
export const heavyPictures = 200;
export const failingPictures: readonly number[] = [11, 52, 93, 134, 175];
/** Every third is lazy to the browser, every third to a script. */
const heavyImage = (n: number) => {
  const address = n % 3 === 2 ? `data-src="/heavy-${n}.png"` : `src="/heavy-${n}.png"`;
  return `<img width=300 height=80 ${n % 3 === 1 ? 'loading=lazy ' : ''}${address}> `;
};
const heavy = `<!doctype html><title>heavy</title><h1>HEAVY-MARK</h1><iframe src="/heavy-frame"></iframe>
${Array.from({ length: heavyPictures }, (_, n) => heavyImage(n)).join('')}<script>
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) target.src ||= target.dataset.src;
});
for (const image of document.querySelectorAll('[data-src]')) seen.observe(image);
fetch('/heavy.json').then((r) => r.text()).then((t) => document.body.append(t));
</script><footer>FOOTER-MARK</footer>`;

/** Moving picture and a tone, made by the page itself. */
const live = `<!doctype html><title>LIVE</title><canvas id=c width=640 height=360></canvas><script>
const draw = c.getContext('2d');
let n = 0;
setInterval(() => {
  draw.fillStyle = 'hsl(' + (n * 7) % 360 + ' 80% 50%)';
  draw.fillRect(0, 0, 640, 360);
  draw.fillText(String(n++), 20, 40);
}, 40);
const audio = new AudioContext();
const tone = new OscillatorNode(audio, { frequency: 440 });
tone.connect(new GainNode(audio, { gain: 0.3 })).connect(audio.destination);
tone.start();
</script>`;

/** Some 20 kB, different for each `n`: a PNG may be followed by anything. */
export function heavyPicture(n: number): Uint8Array {
  return Buffer.concat([pixel, Buffer.from(`picture ${n} `.repeat(2000))]);
}

/** The failing ones fail each in another way. */
function answerPicture(n: number, response: http.ServerResponse): void {
  const headers = { 'content-type': 'image/png' };
  const way = failingPictures.indexOf(n);
  if (way === 0) response.writeHead(404, headers).end(pixel);
  else if (way === 1) response.writeHead(500).end();
  else if (way === 2) response.destroy();
  else if (way === 3) {
    response.writeHead(200, { ...headers, 'content-length': '50000' });
    response.write(heavyPicture(n), () => response.destroy());
  } else if (way === 4) response.writeHead(403, headers).end();
  else response.writeHead(200, headers).end(heavyPicture(n));
}

/** Height of one message of `/chat-N`; CSS px. */
export const messageHeight = 40;

/** Colour of a message, so that pictures tell which ones they show. */
export function messageColour(n: number): [number, number, number] {
  return [200, Math.floor(n / 256), n % 256];
}

/** A chat that stands at its newest message and keeps only the visible messages in the DOM. */
function chat(count: number): string {
  return `<!doctype html><title>chat</title><style>body{margin:8px}#chat p{margin:0;height:${messageHeight}px;overflow:hidden}</style>
<div id=chat style="overflow:auto;width:300px;height:600px"><div id=all style="position:relative;height:${count * messageHeight}px"></div></div>
<script>
const draw = () => {
  const first = Math.max(0, Math.floor(chat.scrollTop / ${messageHeight}) - 2);
  const last = Math.min(${count}, first + ${Math.ceil(600 / messageHeight) + 5});
  let html = '';
  for (let n = first; n < last; n++)
    html += '<p style="position:absolute;left:0;right:0;top:' + n * ${messageHeight} + 'px;background:rgb(200,' + (n >> 8) + ',' + (n & 255) + ')">MESSAGE-' + n + '-END</p>';
  all.innerHTML = html;
};
chat.onscroll = () => setTimeout(draw, 5);
chat.scrollTop = 1e9;
draw();
</script>`;
}

/** Areas that scroll: sideways, both ways, within each other, below the fold, in a frame, and two that cannot be seen. */
const areas = `<!doctype html><title>areas</title><style>div{scrollbar-width:none}.halves{margin:0;background:linear-gradient(red 50%,blue 50%)}</style>
<div id=wide style="overflow:auto;width:200px;height:50px"><p style="width:900px">wide</p></div>
<div id=both style="overflow:auto;width:200px;height:100px"><p style="width:500px;height:300px">both</p></div>
<div id=outer style="overflow:auto;width:300px;height:100px"><p style="height:400px">outer</p>
<div id=nested style="overflow:auto;width:200px;height:60px"><p class=halves style="height:200px">nested</p></div></div>
<div style="height:3000px">far</div><div id=low style="overflow:auto;width:200px;height:100px"><p class=halves style="height:350px">low</p></div>
<iframe src="/tall-frame" style="width:200px;height:100px"></iframe>
<div id=clear style="overflow:auto;width:200px;height:100px;opacity:0"><p style="height:350px">clear</p></div>
<div style="position:relative"><div id=under style="overflow:auto;width:200px;height:100px"><p style="height:350px">under</p></div>
<div style="position:absolute;inset:0;background:white;z-index:1"></div></div>`;

/** `height` px, a band of its own colour every 100 px. */
function bands(height: number): string {
  const band = (y: number) =>
    `<div style="position:absolute;left:0;right:0;top:${y}px;height:100px;background:rgb(${bandColour(y)})">${y}</div>`;
  const all = Array.from({ length: height / 100 }, (_, n) => band(n * 100));
  return `<!doctype html><body style="margin:0;position:relative;height:${height}px">${all.join('')}`;
}

/** Red, green, blue of the band at `y`. */
export function bandColour(y: number): [number, number, number] {
  const n = Math.floor(y / 100);
  return [n % 256, Math.floor(n / 256), (n * 7) % 256];
}

/** Serves the pages on a free port of 127.0.0.1. */
export async function serveCaptureSite(): Promise<CaptureSite> {
  const requests: string[] = [];
  const times = new Map<string, number>();
  const server = http.createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    requests.push(`${request.method} ${path}`);
    const time = (times.get(path) ?? 0) + 1;
    times.set(path, time);
    answer(path, time, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @param time how often the path has been asked for, this time included */
function answer(path: string, time: number, response: http.ServerResponse): void {
  const send = (type: string, body: string | Uint8Array, status = 200) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  };
  const html = (body: string) => send('text/html; charset=utf-8', body);
  const redirect = (location: string) => {
    response.writeHead(302, { location });
    response.end();
  };
  const first = (body: () => void, later: () => void) => (time === 1 ? body() : later());
  const page = () => html(`<!doctype html><title>goods</title><h1>PAGE-MARK</h1>${goods}`);
  const pages: Record<string, () => void> = {
    '/favicon.ico': () => send('image/png', pixel),
    '/rich': () => html(rich),
    '/dialog': () =>
      html('<h1>DIALOG-PAGE-MARK</h1><script>setTimeout(()=>alert("DIALOG-MARK"),100)</script>'),
    '/inner': () => html('<p>INNER-MARK'),
    '/broken.jpg': () => send('image/jpeg', 'no picture'),
    '/order': () => send('application/json', '{}'),
    '/shared.js': () => send('text/javascript', 'onconnect=()=>fetch("/from-shared-worker")'),
    '/gbk': () => send('text/html', gbkPage),
    '/gbk.json': () => send('application/json', gbkJson),
    '/euc-jp': () => send('text/html; charset=euc-jp', eucJpPage),
    '/euc-jp.json': () => send('application/json; charset=euc-jp', eucJpJson),
    '/form': () =>
      html('<form method=post action=/bought></form><script>document.forms[0].submit()</script>'),
    '/bought': () => html(`<h1>order ${time}</h1>`),
    '/then-login': () => first(page, () => redirect('/login')),
    '/login': () => html('<title>登录</title><h1>LOGIN-MARK'),
    '/then-captcha': () => first(page, () => html('<title>验证</title><h1>请拖动滑块')),
    // Nothing answers there: this server speaks no TLS.
    '/leads-away': () =>
      html('<h1>STAY-MARK</h1><script>location.href = location.href.replace("http:", "https:")</script>'),
    '/leads-away-later': () =>
      html(
        '<h1>STAY-MARK</h1><script>onload = () => setTimeout(() => { location.href = location.href.replace("http:", "https:"); })</script>',
      ),
    '/then-gone': () => first(page, () => response.destroy()),
    '/bands': () => html(bands(30_000)),
    '/bands-100000': () => html(bands(100_000)),
    '/bands-400000': () => html(bands(400_000)),
    '/item': () => html(item),
    '/item-watched': () => html(item),
    '/item.json': () => send('application/json', String.raw`{"stock":"\u5e93\u5b58 \u201c87\u201d \u4ef6"}`),
    '/areas': () => html(areas),
    '/tall-frame': () =>
      html(
        '<!doctype html><body style="margin:0"><p style="height:500px;margin:0;background:linear-gradient(red 50%,blue 50%)">',
      ),
    '/live': () => html(live),
    '/heavy': () => html(heavy),
    '/heavy-frame': () => html('<p>HEAVY-FRAME-MARK'),
    '/heavy.json': () => send('application/json', '{"mark":"HEAVY-XHR-MARK"}'),
  };
  const picture = /^\/heavy-(\d+)\.png$/.exec(path);
  if (picture !== null) {
    answerPicture(Number(picture[1]), response);
    return;
  }
  const messages = /^\/chat-(\d+)$/.exec(path);
  if (messages !== null) {
    html(chat(Number(messages[1])));
    return;
  }
  const known = pages[path];
  if (known === undefined) send('text/plain', 'no such thing', 404);
  else known();
}
