import { answerWordsOf } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { RootCauseView } from '#server/scores/governance-schemas.ts';

/** A part of a batch that the evidence points at: in words, with the filter of the form that orders it again (`start-choice.ts`). */
export type RelabelFilter = { says: string; filter: Record<string, string> };

/** Confusions and readers that are named; the form takes any. */
const NAMED = 3;
/** Circumstances that can be chosen by: columns of the data set. The others say when and how a read was made. */
const OF_THE_READ: readonly string[] = ['protocol_version', 'prelabel', 'origin', 'hour'];

type Evidence = Pick<RootCauseView, 'cases' | 'confusions' | 'factors' | 'field' | 'options' | 'readers'>;

/** What can be read again of what a root cause has found: divided cases, confused answers, sites and subgroups that differ, readers. */
export function relabelFilters(view: Evidence): RelabelFilter[] {
  const answers = [...new Set(view.confusions.map((cell) => cell.truth))].slice(0, NAMED);
  const differing = view.factors
    .filter(({ factor }) => !OF_THE_READ.includes(factor))
    .flatMap(({ factor, levels }) =>
      levels
        .filter(({ adjustedP }) => adjustedP !== null && adjustedP < 0.05)
        .map(({ level }) => ({ factor, level })),
    );
  return [
    ...(view.cases.length === 0
      ? []
      : [
          {
            says: `The ${view.cases.length === 1 ? 'divided case' : `${view.cases.length} divided cases`} above`,
            filter: { ids: view.cases.map((one) => one.externalId).join(',') },
          },
        ]),
    ...answers.map((value) => ({
      says: `Cases that ended as “${answerWordsOf(view.options, value)}”`,
      filter: { field: view.field, values: value },
    })),
    ...differing.map(({ factor, level }) => ({
      says: `Cases where ${factor.replaceAll('_', ' ')} is ${level}`,
      filter: { only: `${factor}=${level}` },
    })),
    ...view.readers.slice(0, NAMED).map(({ alias }) => ({
      says: `What ${alias} has read`,
      filter: { reader: alias },
    })),
  ];
}
