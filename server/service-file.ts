import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { toUtf8 } from '#shared/lib/utf8';
import { ConfigError } from './config-error.ts';
import { writeDurable } from './store/durable-file.ts';

const schema = v.strictObject({
  pid: v.number(),
  port: v.number(),
  /** Where it speaks https: the address to connect to, and a name its certificate is for. */
  tls: v.optional(v.strictObject({ host: v.string(), servername: v.string() })),
});

/** `<data>/service.json`: where the running service of a data directory is found. */
export type ServiceFile = v.InferOutput<typeof schema>;

function pathOf(dataDir: string): string {
  return join(dataDir, 'service.json');
}

/** Written in one step, once the service listens. */
export async function writeServiceFile(dataDir: string, file: ServiceFile): Promise<void> {
  await writeDurable(pathOf(dataDir), toUtf8(`${JSON.stringify(file)}\n`));
}

export async function removeServiceFile(dataDir: string): Promise<void> {
  await rm(pathOf(dataDir), { force: true });
}

/** @throws ConfigError SERVICE_NOT_RUNNING when there is none; one of a killed service may still be there. */
export async function readServiceFile(dataDir: string): Promise<ServiceFile> {
  try {
    return v.parse(schema, JSON.parse(await readFile(pathOf(dataDir), 'utf8')));
  } catch (cause) {
    throw new ConfigError('SERVICE_NOT_RUNNING', `no service is running on ${dataDir}`, {
      entry: dataDir,
      cause,
    });
  }
}
