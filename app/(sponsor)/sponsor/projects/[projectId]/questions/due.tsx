import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';

/** When something must have been looked at, or since when it is late. */
export function Due({ at, isOverdue }: { at: Date; isOverdue: boolean }) {
  if (!isOverdue)
    return (
      <span>
        due <DateTime at={at} format="minute" />
      </span>
    );
  return (
    <Badge tone="critical">
      Overdue since <DateTime at={at} format="minute" />
    </Badge>
  );
}
