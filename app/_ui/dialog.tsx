'use client';

import { X } from 'lucide-react';
import * as RadixDialog from 'radix-ui/dialog';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';
import { usePortalContainer } from './portal-container.tsx';
import { useDialogFocus } from './use-dialog-focus.ts';

export type DialogProps = {
  title: ReactNode;
  /** One sentence on what will happen. */
  description?: ReactNode;
  /** The button that opens it; leave out when `open` is held outside. */
  trigger?: ReactNode;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  size?: 'sm' | 'md' | 'lg' | undefined;
  children?: ReactNode;
};

const width = { sm: 'max-w-sm', md: 'max-w-lg', lg: 'max-w-3xl' } as const;

/** A question that stops everything else. Esc and the cross close it; the keyboard begins at its first field, and focus returns to what opened it. */
export function Dialog({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  footer,
  size = 'md',
  children,
}: DialogProps) {
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
            'fixed inset-x-4 top-[10dvh] z-50 mx-auto flex max-h-[80dvh] animate-appear flex-col rounded-lg border border-line-strong bg-surface text-ink shadow-float',
            width[size],
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4">
            <div className="min-w-0">
              <RadixDialog.Title className="font-semibold text-lg">{title}</RadixDialog.Title>
              {description === undefined ? null : (
                <RadixDialog.Description className="mt-0.5 text-ink-2 text-sm">
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
          <div data-scrolls className="min-h-0 overflow-y-auto px-5 py-4">
            {children}
          </div>
          {footer === undefined ? null : (
            <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">{footer}</div>
          )}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Wraps a button inside a `Dialog` so that pressing it closes the dialog. */
export function DialogClose({ children }: { children: ReactNode }) {
  return <RadixDialog.Close asChild>{children}</RadixDialog.Close>;
}
