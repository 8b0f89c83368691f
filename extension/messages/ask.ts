import { MessageError } from './message-error.ts';
import type { Message, Reply, Requests, RequestType } from './protocol.ts';

/**
 * Asks the service worker; starts it when it is not running.
 * @throws MessageError with the code the worker gave; INTERNAL when it gave no reply at all
 */
export async function ask<Type extends RequestType>(
  type: Type,
  body: Requests[Type]['request'],
): Promise<Requests[Type]['answer']> {
  const message: Message<Type> = { to: 'service-worker', type, body };
  const reply = (await chrome.runtime.sendMessage(message)) as Reply<Type> | undefined;
  if (reply === undefined) throw new MessageError('INTERNAL', `no reply to ${type}`);
  if (!reply.ok) throw MessageError.fromWire(reply.error);
  return reply.value;
}
