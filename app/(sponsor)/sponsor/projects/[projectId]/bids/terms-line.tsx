import { DateTime } from '#app/_ui/date-time.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { describeCases, describeCriteria } from '#server/pilots/terms-words.ts';
import type { ComparedCall } from './compare-page.tsx';

/** The pilot every bidder is measured by, in a sentence. */
export function TermsLine({ call, currency }: { call: ComparedCall; currency: string }) {
  const { pilotTerms: terms, termNames: names } = call;
  const money = (minor: number) => formatMoney({ amountMinor: BigInt(minor), currency }).full;
  const asked = describeCriteria(terms.criteria, { names, money });
  return (
    <>
      Pilot of {describeCases(terms, { names })}, {terms.overlap} reads each, within {terms.timeLimitDays}{' '}
      days; asked: {asked.length === 0 ? 'nothing to be measured by' : asked.join(', ')}.{' '}
      {call.ceilingMinor === null
        ? ''
        : `A bid may come to ${formatMoney({ amountMinor: call.ceilingMinor, currency }).full} at most, before the fee. `}
      Bids until <DateTime at={call.closesAt} />.
    </>
  );
}
