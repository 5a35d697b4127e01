import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { ModelLine } from '#server/models/schemas.ts';
import { WithdrawModel } from './withdraw-model.tsx';

type ModelListProps = {
  projectId: string;
  models: readonly ModelLine[];
  chosenId: string | null;
  mayWithdraw: boolean;
};

export const LIST_ID = 'models-list';

/** The versions of a project's models, newest first. */
export function ModelList({ projectId, models, chosenId, mayWithdraw }: ModelListProps) {
  return (
    <ul id={LIST_ID} tabIndex={-1} className="divide-y divide-line border-line border-y text-sm">
      {models.map((one) => (
        <li key={one.id} className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 py-1.5 sm:px-2">
          <span className="min-w-0 flex-1 basis-56">
            {one.withdrawnAt === null ? (
              <TextLink
                href={`/sponsor/projects/${projectId}/models?model=${one.id}`}
                aria-current={one.id === chosenId ? 'true' : undefined}
              >
                {one.name} {one.version}
              </TextLink>
            ) : (
              <span>
                {one.name} {one.version}
              </span>
            )}{' '}
            {one.id === chosenId ? <span className="text-ink-3">shown above</span> : null}
            {one.withdrawnAt === null ? null : (
              <span className="block text-ink-3">
                <Badge tone="attention">Withdrawn</Badge> {one.withdrawnReason}
              </span>
            )}
          </span>
          <span className="text-ink-2 sm:w-52">{one.dataset}</span>
          <span className="whitespace-nowrap sm:w-44">
            {counted(one.answers, 'answer')}
            {one.tests > 0 ? `, ${one.tests.toLocaleString('en')} on test data` : ''}
          </span>
          <span className="text-ink-3 sm:w-56">
            {one.importedBy}, <DateTime at={one.importedAt} />
          </span>
          {mayWithdraw ? (
            <span className="sm:w-24 sm:text-right">
              {one.withdrawnAt === null ? (
                <WithdrawModel modelId={one.id} name={`${one.name} ${one.version}`} />
              ) : null}
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
