import workerCode from 'virtual:worker-code';
import type { WorkerAnswer, WorkerRequest } from './messages.ts';

/** The worker of the page, from its own text: nothing is loaded. */
export interface VerifierWorker {
  send(request: WorkerRequest): void;
  /** The bytes of a picture of a verified package. @throws Error when it cannot be read */
  picture(id: number, path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Starts the worker; `onAnswer` gets everything but pictures. */
export function startWorker(onAnswer: (answer: WorkerAnswer) => void): VerifierWorker {
  const url = URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const waiting = new Map<string, (bytes: Uint8Array<ArrayBuffer> | undefined) => void>();
  const keyOf = (id: number, path: string) => `${id} ${path}`;
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
    if (data.type !== 'picture') return onAnswer(data);
    const key = keyOf(data.id, data.path);
    waiting.get(key)?.(data.bytes);
    waiting.delete(key);
  };
  const send = (request: WorkerRequest) => worker.postMessage(request);
  return {
    send,
    picture: (id, path) =>
      new Promise((resolve, reject) => {
        waiting.set(keyOf(id, path), (bytes) =>
          bytes === undefined ? reject(new Error(`cannot read ${path}`)) : resolve(bytes),
        );
        send({ type: 'picture', id, path });
      }),
  };
}
