'use client';

import * as RadixTooltip from 'radix-ui/tooltip';
import type { ReactNode } from 'react';
import { usePortalContainer } from './portal-container.tsx';

export type TooltipProps = {
  label: ReactNode;
  children: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left';
};

/** A word more about a control, on hover and on focus; nothing that is needed to decide lives only here. */
export function Tooltip({ label, children, side = 'top' }: TooltipProps) {
  const container = usePortalContainer();
  return (
    <RadixTooltip.Provider delayDuration={300}>
      <RadixTooltip.Root>
        <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
        <RadixTooltip.Portal {...(container === undefined ? {} : { container })}>
          <RadixTooltip.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-72 animate-appear rounded-md bg-ink px-2 py-1 text-ink-inverse text-xs shadow-float"
          >
            {label}
          </RadixTooltip.Content>
        </RadixTooltip.Portal>
      </RadixTooltip.Root>
    </RadixTooltip.Provider>
  );
}
