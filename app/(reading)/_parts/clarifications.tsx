import { DateTime } from '#app/_ui/date-time.tsx';
import { Markdown } from '#app/_ui/markdown.tsx';
import type { PreparedCase } from '#app/(reading)/_session/reading-types.ts';

type Told = PreparedCase['clarifications'];

const SAYS: Record<Told[number]['kind'], string> = {
  example: 'Example',
  withdrawn: 'Holds no more',
  definition: 'Definition',
  guideline: 'Guideline',
};

/** What was made clearer since the version that this batch is read by (R24), each with the version that says so and since when. */
export function Clarifications({ since, clarifications }: { since: number; clarifications: Told }) {
  if (clarifications.length === 0) return null;
  return (
    <section
      aria-label="Clarifications"
      className="shrink-0 lg:shrink border-line border-b px-4 py-3 text-sm lg:max-h-[50%] lg:overflow-y-auto"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
    >
      <h3 className="font-semibold">New since version {since}</h3>
      <p className="text-ink-3 text-xs">
        Read by it from now on. What you read before stays as it is, and counts by version {since}.
      </p>
      <ul className="mt-2 flex flex-col gap-3">
        {clarifications.map((one, index) => (
          <li
            // Two fields may have one label; what came with a case never changes.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            className="border-accent-ink border-l-2 pl-3"
          >
            <p className="font-medium">
              {one.kind === 'guideline' ? one.title : `${SAYS[one.kind]}: ${one.title}`}{' '}
              <span className="font-normal text-ink-3 text-xs">
                version {one.version}, since <DateTime at={one.since} format="day" />
              </span>
            </p>
            {one.text === '' ? null : <Markdown>{one.text}</Markdown>}
          </li>
        ))}
      </ul>
    </section>
  );
}
