'use client';

import { useTheme } from 'next-themes';
import { useEffect } from 'react';
import { Toaster as SonnerToaster, toast as sonner } from 'sonner';
import { connectToasts } from './toast.ts';

/** The place where messages appear; loaded by `Toasts` with the first of them. */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  useEffect(
    () =>
      connectToasts((tone, words, options) => {
        if (tone === 'success') sonner.success(words, options);
        else if (tone === 'error') sonner.error(words, options);
        else sonner(words, options);
      }),
    [],
  );
  return (
    <SonnerToaster
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
