import Link from 'next/link';
import type { ReactNode } from 'react';
import { Logo } from '#app/_ui/logo.tsx';
import { ThemeToggle } from '#app/_ui/theme-toggle.tsx';

/** The frame of the pages outside of the shell: logo, theme, one column. */
export function Entrance({
  title,
  lead,
  wide = false,
  children,
}: {
  title: string;
  lead?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="min-h-dvh">
      <header className="flex h-14 items-center justify-between px-4 md:px-8">
        <Link href="/" className="rounded-sm">
          <Logo />
        </Link>
        <ThemeToggle />
      </header>
      <main className={`mx-auto w-full px-4 pt-10 pb-20 ${wide ? 'max-w-[720px]' : 'max-w-sm'}`}>
        <h1 className="font-semibold text-2xl">{title}</h1>
        {lead ? <p className="prose-width mt-2 text-ink-2 text-base">{lead}</p> : null}
        <div className="mt-8">{children}</div>
      </main>
    </div>
  );
}
