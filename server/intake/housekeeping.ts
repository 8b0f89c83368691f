import { deleteEvidence } from './delete-evidence.ts';
import { expireUploads } from './expire-uploads.ts';
import type { UploadFinisher } from './finish-upload.ts';
import type { IntakeContext } from './intake-context.ts';

const EVERY_MS = 3_600_000;

interface Housekeeping {
  start(): void;
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>;
}

/** Removes once an hour what nobody will fetch or finish any more. */
export function createHousekeeping(
  context: IntakeContext,
  uploads: UploadFinisher,
  { expiryMs, onError }: { expiryMs: number; onError: (error: unknown) => void },
): Housekeeping {
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();
  const tidy = () => {
    const before = context.now().getTime() - expiryMs;
    round = round.then(() => expireUploads(context, uploads, before)).then(() => undefined, onError);
    round = round.then(() => deleteEvidence(context)).then(() => undefined, onError);
  };
  return {
    start() {
      tidy();
      timer = setInterval(tidy, EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await round;
    },
  };
}
