import type { IncomingMessage } from 'node:http';
import { type CancellationContext, Server, type Upload } from '@tus/server';
import type { IncomingFiles } from './incoming-files.ts';
import { tusCodeOf } from './tus-answer.ts';

/** By then an upload has ended, or an hour of the day that is counted has passed. */
const RETRY_SECONDS = 600;

/** What the library's hooks see of a request. */
export interface TusRequest {
  readonly runtime?: { readonly node?: { readonly req: IncomingMessage } };
}

/** The part of the library's handlers that takes a body, protected there. */
interface BodyTaker {
  writeToStore(
    body: unknown,
    upload: Upload,
    limit: number,
    context: Pick<CancellationContext, 'signal'>,
  ): Promise<number>;
}

/**
 * The tus library, with two differences. It answers errors as plain text; here they are JSON like those of every other
 * route. And it passes each piece of a body through five streams, which keeps the main thread busy with little else;
 * here a body goes from the request to the file.
 */
export class JsonTusServer extends Server {
  constructor(options: Omit<ConstructorParameters<typeof Server>[0], 'datastore'>, files: IncomingFiles) {
    const { onIncomingRequest } = options;
    super({
      ...options,
      datastore: files,
      async onIncomingRequest(request, id) {
        await onIncomingRequest?.(request, id);
        // Before the library makes a web stream of it.
        const body = (request as TusRequest).runtime?.node?.req;
        Object.defineProperty(request, 'body', { value: body });
      },
    });
    const receive: BodyTaker['writeToStore'] = (body, { id, offset }, limit, { signal }) =>
      files.receive(body as IncomingMessage, id, { offset, limit, signal });
    for (const handler of [this.handlers.PATCH, this.handlers.POST])
      Object.assign(handler, { writeToStore: receive } satisfies BodyTaker);
  }

  override write(...[context, headers, status, body = '']: Parameters<Server['write']>) {
    if (status < 400) return super.write(context, headers, status, body);
    headers.set('content-type', 'application/json; charset=utf-8');
    if (status === 429) headers.set('retry-after', String(RETRY_SECONDS));
    // Ours is JSON already; what the library says of itself is one line.
    const text = body.startsWith('{')
      ? body
      : JSON.stringify({ error: { code: tusCodeOf(status), message: body.trim() } });
    return super.write(context, headers, status, text);
  }
}
