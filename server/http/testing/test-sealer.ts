import { createSealer } from '../../create-sealer.ts';
import { evidenceHere } from '../../evidence/evidence-here.ts';
import type { Sealer } from '../../intake/seal-input.ts';
import { sealSteps } from '../../seal/seal-steps.ts';
import type { TestApp } from './open-test-app.ts';

/** Seals with the keys and the log of a test's application, all steps, in the thread of the test. */
export function testSealer({ trust, log, intake }: Pick<TestApp, 'trust' | 'log' | 'intake'>): Sealer {
  return createSealer({
    tasks: evidenceHere,
    trust,
    log,
    steps: sealSteps,
    now: intake.now,
    systemName: '系统',
    version: '0',
  });
}
