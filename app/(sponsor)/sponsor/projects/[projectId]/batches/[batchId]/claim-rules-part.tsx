import type { inferRouterOutputs } from '@trpc/server';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { AskRepeats } from './ask-repeats.tsx';
import { BringForward } from './bring-forward.tsx';
import { ChangeClaimRules } from './change-claim-rules.tsx';
import { capWords, rulesInWords, shareWords } from './claim-rule-words.ts';

export type ClaimRules = inferRouterOutputs<AppRouter>['work']['claimRules'];

/** How the work of a batch is given out: who is asked first, how much one person may read, whose reads are whose. */
export function ClaimRulesPart({
  batchId,
  rules,
  mayChange,
  repeatable,
}: {
  batchId: string;
  rules: ClaimRules;
  mayChange: boolean;
  /** Readers of whom repeats can be asked, by alias. */
  repeatable: readonly string[];
}) {
  return (
    <Section
      title="How it is given out"
      says={
        <>
          Priority {rules.priority} of 100
          {rules.dueAt === null ? ', no deadline' : null}
          {rules.dueAt === null ? null : (
            <>
              , due <DateTime at={rules.dueAt} format="day" />
            </>
          )}
          ; {capWords(rules)}.
        </>
      }
      actions={
        mayChange && rules.canChange ? (
          <div className="flex flex-wrap gap-2">
            <ChangeClaimRules batchId={batchId} rules={rules} />
            {rules.canPrioritise ? <BringForward batchId={batchId} /> : null}
            {rules.rounds === 1 && repeatable.length > 0 ? (
              <AskRepeats batchId={batchId} aliases={repeatable} />
            ) : null}
          </div>
        ) : null
      }
    >
      <ul className="flex flex-col gap-1 text-ink-2 text-sm">
        {rulesInWords(rules).map((says) => (
          <li key={says}>{says}</li>
        ))}
      </ul>
      {rules.shares.length === 0 ? null : (
        <table className="mt-3 text-sm">
          <caption className="pb-1 text-left text-ink-3 text-xs">
            Whose reads are whose, fixed when it was made
          </caption>
          <tbody>
            {rules.shares
              .filter((share) => share.reads > 0)
              .map((share) => (
                <tr key={`${share.vendor}${share.isOnshore}`} className="border-line border-t">
                  <th scope="row" className="py-1.5 pr-8 text-left font-normal">
                    {shareWords(share, rules.onshoreCountry)}
                  </th>
                  <td className="py-1.5 text-right tabular-nums">{share.reads.toLocaleString('en')} reads</td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
