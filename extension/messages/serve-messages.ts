import * as v from 'valibot';
import type { WireError } from '#shared/view/error-code';
import { MessageError } from './message-error.ts';
import type { Message, Reply, Requests, RequestType } from './protocol.ts';
import { requestSchemas } from './request-schemas.ts';

/** One function for each request; what it throws crosses as `{code, message, entry}`. */
export type Handlers = {
  readonly [Type in RequestType]: (body: Requests[Type]['request']) => Promise<Requests[Type]['answer']>;
};

/**
 * The listener of the service worker. Must be registered while the worker's script first runs, else a message that
 * starts the worker is lost. Messages of other extensions never arrive here (no `externally_connectable`).
 * @param toWire how a thrown value becomes an error a person can be shown
 */
export function messageListener(handlers: Handlers, toWire: (error: unknown) => WireError) {
  return (message: unknown, _sender: unknown, reply: (answer: Reply) => void): boolean => {
    if (!isForServiceWorker(message)) return false;
    answer(message, handlers).then(
      (value) => reply({ ok: true, value } as Reply),
      (error) => reply({ ok: false, error: toWire(error) }),
    );
    // Keeps the channel open until `reply` is called.
    return true;
  };
}

function isForServiceWorker(message: unknown): message is Message {
  return (
    typeof message === 'object' && message !== null && 'to' in message && message.to === 'service-worker'
  );
}

async function answer<Type extends RequestType>(
  { type, body }: Message<Type>,
  handlers: Handlers,
): Promise<Requests[Type]['answer']> {
  if (!Object.hasOwn(handlers, type)) throw malformed(`no request ${String(type)}`, 'type');
  const parsed = v.safeParse(requestSchemas[type], body ?? {});
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw malformed(issue.message, v.getDotPath(issue) ?? 'body');
  }
  return await handlers[type](parsed.output);
}

function malformed(message: string, entry: string): MessageError {
  return new MessageError('REQUEST_MALFORMED', message, { entry });
}
