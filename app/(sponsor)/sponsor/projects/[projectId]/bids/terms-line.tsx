import { DateTime } from '#app/_ui/date-time.tsx';
import type { ComparedCall } from './compare-page.tsx';

/** The pilot every bidder is measured by, in a sentence. */
export function TermsLine({ call }: { call: ComparedCall }) {
  const { pilotTerms: terms } = call;
  const { reliability, accuracy, perClass, throughput } = terms.criteria;
  const asked = [
    reliability ? `α ≥ ${reliability.threshold.toFixed(2)}` : null,
    accuracy ? `accuracy ≥ ${accuracy.threshold.toFixed(2)}` : null,
    perClass.length > 0 ? `${perClass.length} named ${perClass.length === 1 ? 'class' : 'classes'}` : null,
    throughput ? `${throughput.readsPerActiveHour} reads per active hour` : null,
  ].filter((one) => one !== null);
  return (
    <>
      Pilot of {terms.cases.toLocaleString('en')} cases, {terms.overlap} reads each, within{' '}
      {terms.timeLimitDays} days; asked: {asked.length === 0 ? 'nothing to be measured by' : asked.join(', ')}
      . Bids until <DateTime at={call.closesAt} />.
    </>
  );
}
