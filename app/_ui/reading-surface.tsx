'use client';

import { type ReactNode, useState } from 'react';
import { cn } from './cn.ts';
import { PortalContainer } from './portal-container.tsx';

export type ReadingSurfaceProps = {
  /** `dark` for images, `light` for text work. */
  tone?: 'dark' | 'light' | undefined;
  className?: string | undefined;
  children: ReactNode;
};

/** Switches everything inside it, floating parts included, to the reading tokens and stops all motion. */
export function ReadingSurface({ tone = 'dark', className, children }: ReadingSurfaceProps) {
  const [portal, setPortal] = useState<HTMLDivElement | null>(null);
  return (
    <div
      data-surface={tone === 'dark' ? 'reading' : 'reading-light'}
      className={cn('bg-canvas text-ink', className)}
    >
      <PortalContainer value={portal}>{children}</PortalContainer>
      <div ref={setPortal} className="contents" />
    </div>
  );
}
