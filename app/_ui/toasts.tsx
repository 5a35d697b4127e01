'use client';

import dynamic from 'next/dynamic';
import { useSyncExternalStore } from 'react';
import { isToastWanted, onFirstToast } from './toast.ts';

const Toaster = dynamic(() => import('./toaster.tsx').then((file) => file.Toaster), { ssr: false });

/** In the root layout, so that every page can raise messages; a page that raises none loads nothing for them. */
export function Toasts() {
  const wanted = useSyncExternalStore(onFirstToast, isToastWanted, () => false);
  return wanted ? <Toaster /> : null;
}
