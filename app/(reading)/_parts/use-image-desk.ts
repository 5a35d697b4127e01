'use client';

import { useState } from 'react';
import { FITTED, type ImageView, pan, zoomAt } from '#app/(reading)/_session/image-view.ts';

export type Light = { brightness: number; contrast: number };
export const PLAIN: Light = { brightness: 1, contrast: 1 };

export type ImageDesk = {
  light: Light;
  /** The image that keys act on. */
  activeId: string | null;
  viewOf(handle: string): ImageView;
  activate(handle: string): void;
  activateNext(): void;
  setView(handle: string, change: (view: ImageView) => ImageView): void;
  zoom(factor: number): void;
  pan(x: number, y: number): void;
  setLight(change: (light: Light) => Light): void;
  reset(): void;
};

const clamp = (value: number) => Math.min(3, Math.max(0.2, Math.round(value * 100) / 100));

/** How the images of the case on the screen are looked at; a new case begins fitted and unchanged. */
export function useImageDesk(leaseId: string | null, imageIds: readonly string[]): ImageDesk {
  const fresh = {
    leaseId,
    views: {} as Record<string, ImageView>,
    light: PLAIN,
    activeId: null as string | null,
  };
  const [kept, setKept] = useState(fresh);
  const state = kept.leaseId === leaseId ? kept : fresh;
  const activeId = state.activeId ?? imageIds[0] ?? null;
  const viewOf = (handle: string) => state.views[handle] ?? FITTED;
  const change = (patch: (before: typeof fresh) => Partial<typeof fresh>) =>
    setKept((before) => {
      const base = before.leaseId === leaseId ? before : fresh;
      return { ...base, ...patch(base) };
    });
  const setView = (handle: string, next: (view: ImageView) => ImageView) =>
    change((before) => ({ views: { ...before.views, [handle]: next(before.views[handle] ?? FITTED) } }));
  const onActive = (next: (view: ImageView) => ImageView) => {
    if (activeId !== null) setView(activeId, next);
  };
  return {
    light: state.light,
    activeId,
    viewOf,
    activate: (handle) => change(() => ({ activeId: handle })),
    activateNext: () => {
      const at = imageIds.indexOf(activeId ?? '');
      const next = imageIds[(at + 1) % imageIds.length];
      if (next !== undefined) change(() => ({ activeId: next }));
    },
    setView,
    zoom: (factor) => onActive((view) => zoomAt(view, factor, { x: 0, y: 0 })),
    pan: (x, y) =>
      onActive((view) => pan(view, { x, y }, { width: window.innerWidth, height: window.innerHeight })),
    setLight: (next) =>
      change((before) => {
        const after = next(before.light);
        return { light: { brightness: clamp(after.brightness), contrast: clamp(after.contrast) } };
      }),
    reset: () => change(() => ({ views: {}, light: PLAIN })),
  };
}
