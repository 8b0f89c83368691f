import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Checkpoint, parseCheckpoint } from '#shared/log/checkpoint';
import { parseAddCheckpoint } from '../add-checkpoint.ts';
import type { Cosigner } from '../cosigner.ts';
import { openCosigner } from '../open-cosigner.ts';
import type { Witness } from '../witness-client.ts';
import { createWitnessServer } from '../witness-server.ts';

export interface TestWitness extends Witness {
  /** Every checkpoint anyone asked it to cosign. */
  readonly asked: Checkpoint[];
  close(): Promise<void>;
}

/** A real witness on the loopback interface, on a free port unless told. */
export async function startTestWitness(
  dir: string,
  logKeys: readonly string[],
  name = 'notary.example/w1',
  askedPort = 0,
): Promise<TestWitness> {
  const { cosigner, close } = await openCosigner(dir, { name, logKeys, now: () => new Date() });
  const asked: Checkpoint[] = [];
  const recording = Object.assign(Object.create(cosigner) as Cosigner, {
    addCheckpoint(body: Uint8Array) {
      asked.push(parseCheckpoint(parseAddCheckpoint(body).checkpoint.text));
      return cosigner.addCheckpoint(body);
    },
  });
  const server = createWitnessServer(recording, (error) => {
    throw error;
  });
  server.listen(askedPort, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    vkey: cosigner.vkey,
    asked,
    async close() {
      server.close();
      server.closeAllConnections();
      await close();
    },
  };
}
