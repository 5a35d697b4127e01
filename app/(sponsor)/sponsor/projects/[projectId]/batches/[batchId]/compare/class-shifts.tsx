import { ToneIcon } from '#app/_ui/tone-icon.tsx';
import { FigureCell } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/figure-parts.tsx';
import type { RelabelView } from '#server/scores/relabel-schemas.ts';

type ClassShiftsProps = { view: RelabelView; words: (value: string) => string };

const points = (share: number) => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)}`;

/** Each class with its share then and now; a shift whose interval leaves out zero is marked. */
export function ClassShifts({ view, words }: ClassShiftsProps) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-[560px] text-sm">
        <caption className="sr-only">Shares of the classes of {view.field.label} before and now</caption>
        <thead className="text-ink-3">
          <tr>
            <th scope="col" className="py-2 pr-4 text-left font-normal">
              {view.field.label}
            </th>
            <th scope="col" className="px-4 text-left font-normal">
              Then
            </th>
            <th scope="col" className="px-4 text-left font-normal">
              Now
            </th>
            <th scope="col" className="pl-4 text-right font-normal">
              Shift, percentage points
            </th>
          </tr>
        </thead>
        <tbody>
          {view.classes.map(({ value, before, after, shift }) => {
            const isClear = shift.interval !== null && (shift.interval[0] > 0 || shift.interval[1] < 0);
            return (
              <tr key={value} className="border-line border-t">
                <th scope="row" className="py-2 pr-4 text-left font-medium">
                  {words(value)}
                </th>
                <td className="px-4">
                  <FigureCell label={`${words(value)} then`} figure={before} format="percent" />
                </td>
                <td className="px-4">
                  <FigureCell label={`${words(value)} now`} figure={after} format="percent" />
                </td>
                <td className="whitespace-nowrap pl-4 text-right">
                  {shift.value === null ? (
                    '–'
                  ) : (
                    <span className="inline-flex items-center gap-1.5">
                      {isClear ? (
                        <>
                          <ToneIcon tone="attention" className="size-4 text-attention" />
                          <span className="sr-only">More than chance: </span>
                        </>
                      ) : null}
                      <strong>{points(shift.value)}</strong>
                      {shift.interval === null ? null : (
                        <span className="text-ink-3">
                          [{points(shift.interval[0])}, {points(shift.interval[1])}]
                        </span>
                      )}
                    </span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="prose-width pt-2 text-ink-3 text-sm">
        Marked where the interval leaves out zero. A shift says that the labels moved, not which of them are
        right: gold and the panel say that.
      </p>
    </div>
  );
}
