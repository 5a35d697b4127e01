'use client';

import { useTheme } from 'next-themes';
import { Toaster } from 'sonner';

/** The one place where toasts appear. Raise one with `toast` from `sonner`, with an undo where it can be undone. */
export function Toasts() {
  const { resolvedTheme } = useTheme();
  return (
    <Toaster
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      position="bottom-right"
      closeButton
      toastOptions={{
        style: {
          background: 'var(--surface)',
          color: 'var(--ink)',
          border: '1px solid var(--line-strong)',
          borderRadius: '8px',
          fontFamily: 'var(--font-sans)',
          fontSize: '0.8125rem',
          boxShadow: '0 8px 24px -6px var(--shadow-color)',
        },
        actionButtonStyle: { background: 'var(--accent)', color: 'var(--on-accent)' },
      }}
    />
  );
}
