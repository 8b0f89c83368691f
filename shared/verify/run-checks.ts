import { CodedError } from '#shared/lib/errors';
import type { CheckDefinition } from './check-definition.ts';
import { NotChecked } from './not-checked.ts';
import type { Check } from './report.ts';
import type { Verification } from './verification.ts';

/** Which check begins, how many are done, and of how many. */
export type CheckListener = (check: CheckDefinition, done: number, total: number) => void;

/**
 * Runs the checks in order; one that fails does not stop those that need nothing of it. Never throws.
 * @param onCheck called before each check.
 */
export async function runChecks(
  definitions: readonly CheckDefinition[],
  verification: Verification,
  onCheck: CheckListener = () => {},
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const definition of definitions) {
    onCheck(definition, checks.length, definitions.length);
    if (definition.applies?.(verification) ?? true) checks.push(await runCheck(definition, verification));
  }
  return checks;
}

async function runCheck(definition: CheckDefinition, verification: Verification): Promise<Check> {
  const { id, proves, restsOn } = definition;
  try {
    await definition.run(verification);
    return { id, status: 'pass', proves, restsOn };
  } catch (error) {
    return { id, ...faultOf(error), proves, restsOn };
  }
}

function faultOf(error: unknown): Pick<Check, 'status' | 'code' | 'entry'> {
  if (!(error instanceof CodedError)) return { status: 'fail', code: 'UNEXPECTED_FAULT' };
  const { code, entry } = error;
  return {
    status: error instanceof NotChecked ? 'not-checked' : 'fail',
    code,
    ...(entry === undefined ? {} : { entry }),
  };
}
