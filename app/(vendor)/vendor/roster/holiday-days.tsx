import { DateTime } from '#app/_ui/date-time.tsx';
import { holidaysByDay } from '#server/staffing/holidays-by-day.ts';

type HolidayDaysProps = {
  /** The holidays of each person, of those that the vendor has set. */
  kept: readonly (readonly { on: string; name: string }[])[];
};

/** Public holidays by name, so that a week with fewer hours says why; nothing where there are none. */
export function HolidayDays({ kept }: HolidayDaysProps) {
  const days = holidaysByDay(kept);
  if (days.length === 0) return null;
  return (
    <section aria-label="Public holidays in these weeks" className="flex flex-col gap-2">
      <h3 className="font-medium text-sm">Public holidays in these weeks</h3>
      <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {days.map(({ on, name, people }) => (
          <li key={on}>
            <DateTime at={`${on}T00:00:00Z`} format="short-day" zone="UTC" /> {name}{' '}
            <span className="text-ink-3">
              {people} {people === 1 ? 'person' : 'people'}
            </span>
          </li>
        ))}
      </ul>
      <p className="prose-width text-ink-3 text-sm">
        By what you have set for your people; their hours of these days are taken off. What somebody has
        chosen for themselves shows as fewer hours alone.
      </p>
    </section>
  );
}
