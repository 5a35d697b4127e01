import { cn } from './cn.ts';

const keys = (count: number) => Array.from({ length: count }, (_, place) => place);

/** A quiet block of the size of what will stand there. */
export function Skeleton({ className }: { className?: string | undefined }) {
  return <span aria-hidden className={cn('block rounded-sm bg-neutral-soft', className)} />;
}

/** Lines of text to come: body line height, the last one shorter. */
export function SkeletonText({ lines = 2 }: { lines?: number | undefined }) {
  return (
    <span className="block" aria-hidden>
      {keys(lines).map((line) => (
        <span key={line} className="flex h-5 items-center">
          <Skeleton className={cn('h-2.5', line === lines - 1 ? 'w-2/5' : 'w-full')} />
        </span>
      ))}
    </span>
  );
}

/** A `DataTable` to come: its head and `rows` rows of 36 px, so that nothing moves when it arrives. */
export function SkeletonTable({
  columns = 4,
  rows = 8,
}: {
  columns?: number | undefined;
  rows?: number | undefined;
}) {
  return (
    <div role="status" aria-label="Loading" className="border-line border-y">
      {keys(rows + 1).map((row) => (
        <div
          key={row}
          className={cn(
            'flex h-9 items-center gap-6 border-line px-2',
            row > 0 && 'border-t',
            row === 0 && 'bg-sunken',
          )}
        >
          {keys(columns).map((column) => (
            <Skeleton
              key={column}
              className={cn('h-2.5', column === 0 ? 'w-1/3' : 'w-1/6', row === 0 && 'h-2')}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** A `Measure` block to come. */
export function SkeletonMeasure() {
  return (
    <span aria-hidden className="flex flex-col">
      <span className="flex h-4 items-center">
        <Skeleton className="h-2 w-24" />
      </span>
      <span className="flex h-7 items-center">
        <Skeleton className="h-4 w-20" />
      </span>
      <span className="flex h-4 items-center">
        <Skeleton className="h-2 w-32" />
      </span>
    </span>
  );
}
