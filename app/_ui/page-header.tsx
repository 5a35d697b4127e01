import type { ReactNode } from 'react';
import { type Crumb, Crumbs } from './crumbs.tsx';

export type PageHeaderProps = {
  title: ReactNode;
  /** Shown in the shell's top bar. */
  crumbs?: readonly Crumb[] | undefined;
  /** State pills and short facts beside the title. */
  meta?: ReactNode;
  /** Buttons, the main one last. */
  actions?: ReactNode;
  /** The `AnswerLine` of the page. */
  children?: ReactNode;
};

/** Opens a page: where it is, its name, its answer, its main action. */
export function PageHeader({ title, crumbs, meta, actions, children }: PageHeaderProps) {
  return (
    <header className="grid gap-x-6 gap-y-2 pb-6 sm:grid-cols-[1fr_auto]">
      {crumbs === undefined ? null : <Crumbs items={crumbs} />}
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="min-w-0 font-semibold text-xl">{title}</h1>
        {meta}
      </div>
      {children ? <div className="sm:order-last sm:col-span-2">{children}</div> : null}
      {actions ? <div className="flex flex-wrap items-center gap-2 sm:justify-end">{actions}</div> : null}
    </header>
  );
}
