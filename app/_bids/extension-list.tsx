import { DateTime } from '#app/_ui/date-time.tsx';

type Extension = { fromAt: Date; toAt: Date; reason: string; at: Date };

/** How the end of a call was moved, and why; nothing where it was not. */
export function ExtensionList({ extensions }: { extensions: readonly Extension[] }) {
  if (extensions.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1 text-ink-2 text-sm">
      {extensions.map((one) => (
        <li key={one.at.toISOString()}>
          Moved from <DateTime at={one.fromAt} format="minute" /> to{' '}
          <DateTime at={one.toAt} format="minute" />: {one.reason}
        </li>
      ))}
    </ul>
  );
}
