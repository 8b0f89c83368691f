import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { parseCheckpoint } from '#shared/log/checkpoint';
import { parseSignedNote } from '#shared/log/signed-note';
import type { IntakeContext } from '../intake/intake-context.ts';
import { freeBytes } from '../store/free-space.ts';

/** Uploads beyond these are not counted. */
const COUNTED_UPLOADS = 1000;

/** What a service says of itself, for Prometheus. Numbers only: no case, no device, no address. */
export function createMetrics(intake: IntakeContext): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  gauge(registry, 'tiezheng_jobs', 'Packages on their way to a seal', async (metric) => {
    const { due, setAside } = await intake.store.jobs.counts();
    metric.set({ state: 'due' }, due);
    metric.set({ state: 'set_aside' }, setAside);
  });
  gauge(registry, 'tiezheng_uploads_open', 'Uploads begun and not finished', async (metric) => {
    metric.set((await intake.store.uploads.unfinished(COUNTED_UPLOADS)).length);
  });
  gauge(registry, 'tiezheng_disk_free_bytes', 'Left for the service on its disk', async (metric) => {
    metric.set(await freeBytes(intake.folders.packages));
  });
  gauge(registry, 'tiezheng_log_entries', 'Entries under the published checkpoint', async (metric) => {
    metric.set(Number(parseCheckpoint(parseSignedNote(intake.log.checkpoint()).text).size));
  });
  return registry;
}

/** Times every answered request by method, pattern and status. */
export function timeRequests(app: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'tiezheng_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? 'unknown';
    seconds.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

function gauge(
  registry: Registry,
  name: string,
  help: string,
  collect: (metric: Gauge<'state'>) => Promise<void>,
): void {
  registry.registerMetric(
    new Gauge<'state'>({
      name,
      help,
      labelNames: name === 'tiezheng_jobs' ? ['state'] : [],
      registers: [],
      collect() {
        return collect(this);
      },
    }),
  );
}
