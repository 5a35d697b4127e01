import type { Queryable } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { countInOtherSplits } from '#server/datasets/reads.ts';
import { areApart, isTestSplit, splitWords } from '#server/datasets/split-rules.ts';
import type { Project } from '#server/projects/schemas.ts';

const count = (n: number, one: string, many: string) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/**
 * What keeps cases of one split, or of none, from being read because the project has their patients, or their very content under whatever
 * name, where a model is trained or tested apart from them (R3). Content counts only between test data and what is none: two patients of
 * training splits may well have the same words said of them, and a person has decided so.
 */
export async function leakFaults(
  q: Queryable,
  input: { project: Project; datasetId: string },
  split: string | null,
  caseIds: readonly string[],
): Promise<ErrorDetail[]> {
  if (caseIds.length === 0) return [];
  const { id: projectId, intendedUse } = input.project;
  const found = await countInOtherSplits(q, { projectId, datasetId: input.datasetId, split, caseIds });
  const apart = found.filter((one) => areApart(split, one.split, intendedUse));
  const isTest = isTestSplit(split, intendedUse);
  const patients = apart.filter((one) => one.patients > 0);
  const contents = apart.filter((one) => one.contents > 0 && isTestSplit(one.split, intendedUse) !== isTest);
  const fault = (code: string, what: readonly string[], why: string): ErrorDetail[] => {
    if (what.length === 0) return [];
    const message = `${what.slice(0, 8).join(', ')} of this project too. ${why} These cases are in ${splitWords(split)}: leave them out of the batch, exclude them at intake, or import them with the split that they belong to.`;
    const href = `/sponsor/projects/${projectId}/dataset/${input.datasetId}/intake`;
    return [{ code: `batch.${code}`, path: 'split', message, href }];
  };
  return [
    ...fault(
      'patients_leak',
      patients.map(
        (one) => `${count(one.patients, 'patient has', 'patients have')} cases in ${splitWords(one.split)}`,
      ),
      'All cases of a patient stay in one split.',
    ),
    ...fault(
      'contents_leak',
      contents.map(
        (one) => `${count(one.contents, 'case has a copy', 'cases have copies')} in ${splitWords(one.split)}`,
      ),
      'Whichever patients they are said to be of, nobody but people who are named may meet test data.',
    ),
  ];
}
