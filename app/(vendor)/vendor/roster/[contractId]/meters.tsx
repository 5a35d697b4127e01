import { formatMoney } from '#app/_ui/format-money.ts';
import { ToneIcon } from '#app/_ui/tone-icon.tsx';
import type { PlanView } from '#server/staffing/roster-view-schemas.ts';

type Meter = PlanView['meters'][number];

function words(value: number, unit: Meter['unit'], currency: string): string {
  switch (unit) {
    case 'share':
      return `${(value * 100).toFixed(1).replace(/\.0$/, '')} %`;
    case 'money':
      return formatMoney({ amountMinor: BigInt(Math.round(value)), currency }).full;
    case 'hours':
      return `${(Math.round(value * 10) / 10).toLocaleString('en-GB')} h`;
    default:
      return Math.round(value).toLocaleString('en-GB');
  }
}

/** Every constraint with how far the plan is from it; a full bar with a bound "at most" has no room left. */
export function Meters({ meters, currency }: { meters: PlanView['meters']; currency: string }) {
  return (
    <section aria-label="Constraints" className="flex flex-col gap-2">
      <h2 className="font-semibold text-sm">Constraints</h2>
      <ul className="grid gap-x-8 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
        {meters.map((meter) => {
          const slack = meter.bound === 'at_least' ? meter.value - meter.limit : meter.limit - meter.value;
          const isTight = slack <= 0.005 * Math.max(1, meter.limit);
          const share = meter.limit > 0 ? Math.min(1, meter.value / meter.limit) : 1;
          return (
            <li key={meter.key} className="flex flex-col gap-1">
              <span className="flex items-baseline justify-between gap-3 text-sm">
                <span className="text-ink-2">{meter.label}</span>
                <span className="whitespace-nowrap">
                  <span className="font-medium">{words(meter.value, meter.unit, currency)}</span>{' '}
                  <span className="text-ink-3">
                    {meter.bound === 'at_least' ? '≥' : '≤'} {words(meter.limit, meter.unit, currency)}
                  </span>
                </span>
              </span>
              <span className="flex h-1.5 overflow-hidden rounded-full bg-neutral-soft" aria-hidden>
                <span
                  className={isTight ? 'bg-attention' : 'bg-accent'}
                  style={{ width: `${Math.max(2, share * 100)}%` }}
                />
              </span>
              {isTight ? (
                <span className="flex items-center gap-1 text-ink-3 text-xs">
                  <ToneIcon tone="attention" size={12} /> met exactly, no room
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
