import type { ErrorDetail } from '#server/core/errors.ts';

/** A frame that scrolls must be reachable by keyboard. */
const scrollable = { tabIndex: 0 } as const;

/** What is wrong in an uploaded file, by line; the same as a spreadsheet shows it. */
export function RowErrors({ rows }: { rows: readonly ErrorDetail[] }) {
  return (
    <section
      {...scrollable}
      aria-label="Problems by line"
      className="mt-3 max-h-96 overflow-auto rounded-lg border border-line-strong"
    >
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-sunken text-left text-ink-2 text-xs">
          <tr>
            <th scope="col" className="w-16 px-3 py-2 text-right font-medium">
              Line
            </th>
            <th scope="col" className="w-40 px-3 py-2 font-medium">
              Column
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              What to mend
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes order
            <tr key={index} className="border-line border-t align-top">
              <td className="px-3 py-1.5 text-right">{row.line ?? ''}</td>
              <td className="break-all px-3 py-1.5 font-mono text-xs">{row.path ?? ''}</td>
              <td className="px-3 py-1.5">{row.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
