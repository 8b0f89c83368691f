import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { PackageAnswer } from '#shared/api/schemas';
import { audit, markAudited } from '../audit.ts';
import { callerOf, subjectOf } from '../caller-of.ts';
import { type PackageParams, packageUnknown } from '../find-package.ts';
import type { HttpContext } from '../http-context.ts';
import { packageAnswerOf, receivingAnswerOf } from '../package-answer.ts';

const LOOK_MS = 250;
/** Proxies close what is silent for a minute. */
const SILENCE_MS = 15_000;
const ended: readonly string[] = ['sealed', 'refused'];

/**
 * GET /packages/:id/events: how a package comes along, as server-sent events. Each event is the package as GET
 * /packages/:id answers it, sent when it has changed; the stream ends with `sealed` or `refused`, or after
 * `eventStreamMs`, when the client asks again.
 */
export function packageEventsRoute(app: FastifyInstance, context: HttpContext): void {
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  app.get<{ Params: PackageParams }>('/packages/:id/events', async (request, reply) => {
    const { id } = request.params;
    const { organisation } = subjectOf(request);
    if (callerOf(request).kind === 'device') markAudited(request, 'package-view');
    else await audit(context, request, 'package-view', { organisation, subject: `package:${id}` });
    const stream = Readable.from(
      events(() => answerFor(context, id), context.eventStreamMs, stopping.signal),
    );
    return reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no').send(stream);
  });
}

async function* events(
  look: () => Promise<PackageAnswer>,
  lastsMs: number,
  stopping: AbortSignal,
): AsyncGenerator<string> {
  let last = '';
  let spokeAt = performance.now();
  for (const until = spokeAt + lastsMs; performance.now() < until && !stopping.aborted; ) {
    const answer = await look();
    const text = JSON.stringify(answer);
    const silent = performance.now() - spokeAt > SILENCE_MS;
    if (text !== last || silent) {
      yield text === last ? ':\n\n' : `event: package\ndata: ${text}\n\n`;
      spokeAt = performance.now();
      last = text;
    }
    if (ended.includes(answer.state)) return;
    await sleep(Math.min(LOOK_MS, lastsMs), undefined, { signal: stopping }).catch(() => undefined);
  }
}

async function answerFor({ intake, sealSteps }: HttpContext, id: string): Promise<PackageAnswer> {
  const row = await intake.store.packages.get(id);
  if (row !== undefined) return packageAnswerOf(row, sealSteps);
  const upload = await intake.store.uploads.receiving(id);
  if (upload === undefined) throw packageUnknown(id);
  return receivingAnswerOf(upload, sealSteps);
}
