import type { PlanView } from '#server/staffing/roster-view-schemas.ts';

const SHOWN = 6;

/** Who could not be planned at all, with every reason. */
export function LeftOut({ people }: { people: PlanView['leftOut'] }) {
  if (people.length === 0) return null;
  return (
    <details className="text-sm" open={people.length <= SHOWN}>
      <summary className="cursor-pointer font-medium">
        {people.length === 1 ? 'One of your people' : `${people.length} of your people`} could not be planned
      </summary>
      <ul className="mt-2 flex flex-col gap-1.5">
        {people.map((person) => (
          <li key={person.personId} className="prose-width">
            <span className="font-medium">{person.name}</span>
            <span className="text-ink-2">: {person.reasons.join(' ')}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
