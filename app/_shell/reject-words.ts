import type { RejectReason } from '#server/work/draft-work.ts';

/** R31: the closed list, in the same words for whoever rejects, whose read it was, whoever decides the appeal and in the history. */
export const REJECT_WORDS: Record<RejectReason, string> = {
  no_effort: 'No effort was made',
  protocol_rule_broken: 'A rule of the protocol was broken',
  wrong_case: 'It describes another case',
  not_own_work: 'It is not the reader’s own work',
  duplicate: 'It is a duplicate',
};
