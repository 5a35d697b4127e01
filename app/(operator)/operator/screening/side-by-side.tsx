import { Badge } from '#app/_ui/badge.tsx';
import { ToneIcon } from '#app/_ui/tone-icon.tsx';
import type { HitView, ScreenedPerson } from '#server/registers/schemas.ts';
import { comparisonRows, LISTS, RESULT_TONES, RESULT_WORDS } from './screening-words.ts';

/** The person beside the record, element by element, and what the record says besides. */
export function SideBySide({ person, hit }: { person: ScreenedPerson; hit: HitView }) {
  const { record } = hit;
  const also = [
    [
      'Excluded',
      [record.excludedOn, record.excludedUntil === null ? 'without end' : `until ${record.excludedUntil}`]
        .filter(Boolean)
        .join(', '),
    ],
    ['Why', [record.reason, record.agency].filter(Boolean).join(', ')],
    ['Profession', record.specialty],
    ['Waiver', record.waiverOn === null ? null : `${record.waiverOn}, ${record.waiverState ?? 'all states'}`],
    ['Record', record.recordNumber],
    ['Remarks', record.remarks],
  ].filter((row): row is [string, string] => Boolean(row[1]));
  return (
    <div className="flex flex-col gap-3">
      <table className="w-full border-line border-y text-left text-base">
        <caption className="sr-only">The person beside the record</caption>
        <thead>
          <tr className="text-ink-3 text-xs">
            <th scope="col" className="w-28 py-1.5 font-normal max-sm:w-20">
              <span className="sr-only">Element</span>
            </th>
            <th scope="col" className="py-1.5 pr-2 font-normal">
              The person
            </th>
            <th scope="col" className="py-1.5 pr-2 font-normal">
              {LISTS[hit.source]}
            </th>
            <th scope="col" className="w-28 py-1.5 font-normal max-sm:w-8">
              <span className="sr-only">Comparison</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {comparisonRows(person, hit).map((row) => (
            <tr key={row.element} className="align-top">
              <th scope="row" className="py-1.5 pr-2 font-normal text-ink-3 text-sm">
                {row.label}
              </th>
              <td className="break-words py-1.5 pr-2">{row.own}</td>
              <td className="break-words py-1.5 pr-2">
                {row.listed}
                {row.detail === null ? null : <span className="block text-ink-3 text-xs">{row.detail}</span>}
              </td>
              <td className="py-1.5 text-right">
                <Badge tone={RESULT_TONES[row.result]} icon={<ToneIcon tone={RESULT_TONES[row.result]} />}>
                  <span className="max-sm:sr-only">{RESULT_WORDS[row.result]}</span>
                </Badge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className="grid grid-cols-[7rem_1fr] gap-x-2 gap-y-1 text-sm max-sm:grid-cols-[5rem_1fr]">
        {also.map(([term, says]) => (
          <div key={term} className="contents">
            <dt className="text-ink-3">{term}</dt>
            <dd className="min-w-0 break-words">{says}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
