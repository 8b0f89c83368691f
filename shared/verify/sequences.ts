import type { PackageFacts } from './package-facts.ts';
import type { Bilingual } from './report.ts';

/** A verified package of a folder, by its file name. */
export interface FolderPackage {
  readonly file: string;
  readonly facts: Pick<PackageFacts, 'capture' | 'sequence'>;
}

interface SequenceStepReport {
  readonly index: number;
  readonly label: string;
  /** Absent when no package of the folder is this step. */
  readonly file?: string;
  readonly capture?: string;
}

/**
 * One sequence as far as the packages of a folder show it. `missing`: a step that others name or that a gap in the
 * numbers shows is not there. `open`: no step is declared the last, so that further ones may exist. `conflict`:
 * packages contradict each other, which honest ones never do.
 */
export interface SequenceReport {
  readonly id: string;
  readonly title: string;
  /** In their order, missing ones included. */
  readonly steps: readonly SequenceStepReport[];
  readonly findings: readonly SequenceFinding[];
}

interface SequenceFinding {
  readonly code: 'missing' | 'open' | 'conflict' | 'failed-step' | 'label-withdrawn';
  readonly index?: number;
  readonly text: Bilingual;
}

type Step = FolderPackage & { readonly sequence: NonNullable<PackageFacts['sequence']> };

/** Puts the steps of each sequence in order and checks that each names the one before by its digest. */
export function sequencesOf(packages: readonly FolderPackage[]): SequenceReport[] {
  const groups = new Map<string, Step[]>();
  for (const { file, facts } of packages) {
    const { sequence } = facts;
    if (sequence === undefined) continue;
    const known = groups.get(sequence.id) ?? [];
    groups.set(sequence.id, [...known, { file, facts, sequence }]);
  }
  return [...groups].map(([id, steps]) => sequenceReport(id, steps));
}

function sequenceReport(id: string, found: readonly Step[]): SequenceReport {
  const inOrder = [...found].sort((a, b) => a.sequence.index - b.sequence.index);
  const byIndex = new Map<number, Step>();
  const findings: SequenceFinding[] = [];
  for (const step of inOrder) {
    const { index, record } = step.sequence;
    const other = byIndex.get(index);
    if (other !== undefined && other.sequence.record !== record) findings.push(twice(index));
    if (other === undefined) byIndex.set(index, step);
  }
  const count = inOrder.at(-1)?.sequence.index ?? 0;
  const steps: SequenceStepReport[] = [];
  for (let index = 1; index <= count; index++) {
    const step = byIndex.get(index);
    const next = byIndex.get(index + 1)?.sequence.previous ?? undefined;
    steps.push(stepReport(index, step));
    if (step === undefined && next?.record === null) findings.push(failed(index, next.capture));
    else if (step === undefined) findings.push(missing(index));
    else if (
      next !== undefined &&
      (next.record !== step.sequence.record || next.capture !== step.facts.capture)
    )
      findings.push(unlinked(index));
    if (next?.labelWithdrawn === true) findings.push(withdrawn(index));
  }
  const last = inOrder.filter(({ sequence }) => sequence.last === true).map(({ sequence }) => sequence.index);
  if (last.length === 0) findings.push(open);
  if (last.some((index) => index !== count)) findings.push(afterLast(count));
  return { id, title: inOrder[0]?.sequence.title ?? '', steps, findings };
}

function stepReport(index: number, step: Step | undefined): SequenceStepReport {
  if (step === undefined) return { index, label: '' };
  const { file, facts, sequence } = step;
  const capture = facts.capture === undefined ? {} : { capture: facts.capture };
  return { index, label: sequence.label, file, ...capture };
}

const missing = (index: number): SequenceFinding => ({
  code: 'missing',
  index,
  text: { zh: `缺第 ${index} 步`, en: `step ${index} is missing` },
});
const failed = (index: number, capture: string): SequenceFinding => ({
  code: 'failed-step',
  index,
  text: {
    zh: `第 ${index} 步(${capture})未成功，没有封存包`,
    en: `step ${index} (${capture}) failed and has no package`,
  },
});
const unlinked = (index: number): SequenceFinding => ({
  code: 'conflict',
  index,
  text: {
    zh: `第 ${index + 1} 步所接续的不是此第 ${index} 步`,
    en: `step ${index + 1} follows another step ${index} than this one`,
  },
});
const twice = (index: number): SequenceFinding => ({
  code: 'conflict',
  index,
  text: { zh: `第 ${index} 步有两个不同的封存包`, en: `two different packages are step ${index}` },
});
const afterLast = (index: number): SequenceFinding => ({
  code: 'conflict',
  index,
  text: {
    zh: `第 ${index} 步在声明的最后一步之后`,
    en: `step ${index} comes after the step declared to be the last`,
  },
});
const withdrawn = (index: number): SequenceFinding => ({
  code: 'label-withdrawn',
  index,
  text: {
    zh: `操作人撤回了第 ${index} 步的说明`,
    en: `the person took the label of step ${index} back`,
  },
});
const open: SequenceFinding = {
  code: 'open',
  text: {
    zh: '没有一步声明为最后一步，之后可能还有步骤',
    en: 'no step is declared the last; there may be further ones',
  },
};
