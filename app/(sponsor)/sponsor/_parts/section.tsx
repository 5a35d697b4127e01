import type { ReactNode } from 'react';
import { cn } from '#app/_ui/cn.ts';

export type SectionProps = {
  /** Makes it a place that the focus can be put on, under its title. */
  id?: string | undefined;
  title: ReactNode;
  /** A remark under the title. */
  says?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string | undefined;
};

/** A part of a page under its own heading. */
export function Section({ id, title, says, actions, children, className }: SectionProps) {
  const titleId = id && `${id}-title`;
  return (
    <section
      {...(id === undefined ? {} : { id, tabIndex: -1, 'aria-labelledby': titleId })}
      className={cn('flex min-w-0 flex-col gap-3 pb-8', className)}
    >
      <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 id={titleId} className="font-semibold text-lg">
            {title}
          </h2>
          {says ? <p className="prose-width text-ink-3 text-sm">{says}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
      </div>
      {children}
    </section>
  );
}
