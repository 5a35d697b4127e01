import { z } from 'zod';

const people = (what: string) =>
  z
    .number(`Give the number of people who ${what}.`)
    .int()
    .min(1, 'At least one person.')
    .max(50, 'At most 50 people.');

/** When what readers say about a case is acted on (R24, R26). */
export const troubleRule = z.strictObject({
  /** So many people passed it on because its images cannot be read: it is unusable, its reads are paid. */
  unusableSkips: people('pass a case on'),
  /** So many people asked about it: the clinical lead is alerted to an edge case. */
  edgeCaseAsks: people('ask about a case'),
  /** So many, when its reads differ besides. */
  disputedAsks: people('ask about a disputed case'),
  /** Within so many hours the clinical lead answers a question; whoever asks is told by when. */
  answerHours: z
    .number('Give the hours within which a question is answered.')
    .int('Give whole hours.')
    .min(1, 'At least one hour.')
    .max(336, 'At most 336 hours, which is two weeks.')
    .default(48),
});
export type TroubleRule = z.infer<typeof troubleRule>;

export const USUAL_TROUBLE: TroubleRule = {
  unusableSkips: 3,
  edgeCaseAsks: 3,
  disputedAsks: 1,
  answerHours: 48,
};

/** The key that this adds to the quality policy; an older policy has the usual numbers. */
export const troublePolicy = { trouble: troubleRule.default(USUAL_TROUBLE) };
