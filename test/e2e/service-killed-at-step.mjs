// The real service, except that it kills itself (SIGKILL) before or after one seal step of one capture:
// TIEZHENG_TEST_KILL=<before|after>:<step>:<capture id>
import { isServerBuilt } from '../../scripts/is-server-built.mjs';

if (!isServerBuilt()) throw new Error('the built service is not of these sources: npm run setup');
const { runService } = await import('../../dist/server/main.js');
const { sealSteps } = await import('../../dist/server/seal-steps.js');
const [when, name, captureId] = (process.env.TIEZHENG_TEST_KILL ?? '').split(':');

const kill = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
};
const steps = sealSteps.map((step) => ({
  ...step,
  run: async (work) => {
    const chosen = step.name === name && work.captureId === captureId;
    if (chosen && when === 'before') await kill();
    await step.run(work);
    if (chosen && when === 'after') await kill();
  },
}));

process.exitCode = await runService(process.argv.slice(3), { sealSteps: steps });
