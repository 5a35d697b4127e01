import { Skeleton, SkeletonTable } from '#app/_ui/skeleton.tsx';

/** A page to come: title, answer line and a list, at their final sizes. */
export function PageSkeleton() {
  return (
    <div>
      <div className="flex h-7 items-center">
        <Skeleton className="h-4 w-48" />
      </div>
      <div className="flex h-9 items-center pb-2">
        <Skeleton className="h-3 w-80 max-w-full" />
      </div>
      <div className="pt-4">
        <SkeletonTable />
      </div>
    </div>
  );
}
