import { Server } from '@tus/server';
import { tusCodeOf } from './tus-answer.ts';

/** The tus library answers errors as plain text; here they are JSON like those of every other route. */
export class JsonTusServer extends Server {
  override write(...[context, headers, status, body = '']: Parameters<Server['write']>) {
    if (status < 400) return super.write(context, headers, status, body);
    headers.set('content-type', 'application/json; charset=utf-8');
    // Ours is JSON already; what the library says of itself is one line.
    const text = body.startsWith('{')
      ? body
      : JSON.stringify({ error: { code: tusCodeOf(status), message: body.trim() } });
    return super.write(context, headers, status, text);
  }
}
