import type { MessagePort } from 'node:worker_threads';
import { evidenceHere } from './evidence-here.ts';
import type { EvidenceTasks } from './evidence-tasks.ts';

/** One call of a task. */
export interface TaskQuestion {
  readonly id: number;
  readonly task: keyof EvidenceTasks;
  readonly args: readonly unknown[];
}

/** An error as it crosses between threads, where its class is lost. */
export interface TaskFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly entry?: string;
}

export interface TaskAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: TaskFailure;
}

/** Does the tasks that come in, as they come. */
export function answerTasks(port: MessagePort): void {
  port.on('message', ({ id, task, args }: TaskQuestion) => {
    const work = evidenceHere[task] as (...args: readonly unknown[]) => Promise<unknown>;
    work(...args).then(
      (result) => port.postMessage({ id, result } satisfies TaskAnswer),
      (error: unknown) => port.postMessage({ id, failure: failureOf(error) } satisfies TaskAnswer),
    );
  });
}

function failureOf(error: unknown): TaskFailure {
  const { name, message, code, entry } = error as Record<keyof TaskFailure, unknown>;
  return {
    name: String(name ?? 'Error'),
    message: String(message ?? error),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof entry === 'string' ? { entry } : {}),
  };
}
