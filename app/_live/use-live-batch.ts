'use client';

import { useEffect, useState } from 'react';
import { announceSignedOut, SIGNED_IN_AGAIN_EVENT } from '#app/_trpc/signed-out.ts';
import type { LiveView } from '#server/analytics/schemas.ts';

export type LiveState = { view: LiveView; at: Date; link: 'connecting' | 'live' | 'broken' | 'ended' };

/**
 * A batch as it stands, kept up by server-sent events while the page is in view. A break is mended by the browser, which asks
 * again with the last event it had; what was shown stays, with its time. A device that has lost its network may not hear of that from
 * the connection, which would count as live for long: it is closed, and opened again with the network. What ended with the session begins again with the next.
 */
export function useLiveBatch(batchId: string, first: { view: LiveView; at: Date }): LiveState {
  const [state, setState] = useState<LiveState>({ ...first, link: 'connecting' });
  useEffect(() => {
    let source: EventSource | null = null;
    const set = (change: Partial<LiveState>) => setState((known) => ({ ...known, ...change }));
    const open = () => {
      if (source !== null) return;
      const opened = new EventSource(`/api/live/batches/${batchId}`);
      source = opened;
      opened.addEventListener('open', () => set({ link: 'live' }));
      opened.addEventListener('state', (event) => {
        const { at, view } = JSON.parse(event.data) as { at: string; view: LiveView };
        set({ view: withDates(view), at: new Date(at), link: 'live' });
      });
      opened.addEventListener('end', () => {
        close();
        set({ link: 'ended' });
        announceSignedOut();
      });
      // Anything but a refusal is tried again by the browser.
      opened.addEventListener('error', () => {
        const isRefused = opened.readyState === EventSource.CLOSED;
        if (isRefused) close();
        set({ link: isRefused ? 'ended' : 'broken' });
      });
    };
    const close = () => {
      source?.close();
      source = null;
    };
    const onVisibility = () => (document.visibilityState === 'visible' ? open() : close());
    const onOffline = () => {
      if (source === null) return;
      close();
      set({ link: 'broken' });
    };
    onVisibility();
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener(SIGNED_IN_AGAIN_EVENT, onVisibility);
    window.addEventListener('online', onVisibility);
    window.addEventListener('offline', onOffline);
    return () => {
      window.removeEventListener(SIGNED_IN_AGAIN_EVENT, onVisibility);
      window.removeEventListener('online', onVisibility);
      window.removeEventListener('offline', onOffline);
      document.removeEventListener('visibilitychange', onVisibility);
      close();
    };
  }, [batchId]);
  return state;
}

/** Dates travel as text. */
function withDates(view: LiveView): LiveView {
  const date = (value: Date | null) => (value === null ? null : new Date(value));
  if (view.whole === null) return view;
  const { finish } = view.whole;
  const dated = { at: date(finish.at), earliest: date(finish.earliest), latest: date(finish.latest) };
  return { ...view, whole: { ...view.whole, finish: { ...finish, ...dated } } };
}
