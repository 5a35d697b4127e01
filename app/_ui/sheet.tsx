'use client';

import { X } from 'lucide-react';
import * as RadixDialog from 'radix-ui/dialog';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';
import { usePortalContainer } from './portal-container.tsx';
import { useDialogFocus } from './use-dialog-focus.ts';

export type SheetProps = {
  title: ReactNode;
  description?: ReactNode;
  trigger?: ReactNode;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  side?: 'left' | 'right' | undefined;
  children: ReactNode;
};

/** Detail beside the page, such as provenance; full width on a phone. */
export function Sheet({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  side = 'right',
  children,
}: SheetProps) {
  const container = usePortalContainer();
  const focus = useDialogFocus(trigger !== undefined);
  return (
    <RadixDialog.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      {trigger === undefined ? null : <RadixDialog.Trigger asChild>{trigger}</RadixDialog.Trigger>}
      <RadixDialog.Portal {...(container === undefined ? {} : { container })}>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <RadixDialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          {...focus}
          className={cn(
            'fixed inset-y-0 z-50 flex w-full flex-col bg-surface text-ink shadow-float',
            side === 'right'
              ? 'right-0 max-w-[480px] animate-slide-in border-line border-l'
              : 'left-0 max-w-[288px] animate-appear border-line border-r',
          )}
        >
          <div className="flex min-h-12 items-center justify-between gap-4 border-line border-b px-4 py-2">
            <div className="min-w-0">
              <RadixDialog.Title className="font-semibold text-base">{title}</RadixDialog.Title>
              {description === undefined ? null : (
                <RadixDialog.Description className="text-ink-2 text-sm">
                  {description}
                </RadixDialog.Description>
              )}
            </div>
            <RadixDialog.Close asChild>
              <Button
                data-closes
                variant="quiet"
                size="icon-sm"
                aria-label="Close"
                icon={<X aria-hidden />}
              />
            </RadixDialog.Close>
          </div>
          <div data-scrolls className="min-h-0 flex-1 overflow-y-auto p-4">
            {children}
          </div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
