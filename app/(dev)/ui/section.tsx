import type { ReactNode } from 'react';

/** One part of the component page. */
export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="scroll-mt-14 border-line border-t py-8">
      <h2 id={`${id}-title`} className="mb-5 font-semibold text-lg">
        {title}
      </h2>
      <div className="flex flex-col gap-8">{children}</div>
    </section>
  );
}

/** One component with its states. */
export function Sample({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-2 font-mono text-ink-3 text-xs">{name}</h3>
      {children}
    </div>
  );
}
