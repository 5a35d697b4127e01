'use client';

import { type PointerEvent, useEffect, useRef } from 'react';
import { cn } from '#app/_ui/cn.ts';
import { pan, zoomAt } from '#app/(reading)/_session/image-view.ts';
import type { ImageDesk } from './use-image-desk.ts';

const WHEEL_STEP = 0.0015;

/** One image: the wheel zooms where the pointer is, dragging pans (also with Space held, from anywhere in the frame). */
export function ImageViewer({
  handle,
  href,
  name,
  desk,
  isAlone,
}: {
  handle: string;
  href: string;
  name: string;
  desk: ImageDesk;
  isAlone: boolean;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const grip = useRef<{ x: number; y: number } | null>(null);
  const view = desk.viewOf(handle);
  const latest = useRef(desk);
  useEffect(() => {
    latest.current = desk;
  });

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    // React's own wheel listener is passive and could not keep the page from scrolling.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const point = {
        x: event.clientX - box.left - box.width / 2,
        y: event.clientY - box.top - box.height / 2,
      };
      const factor = Math.exp(-event.deltaY * WHEEL_STEP);
      latest.current.setView(handle, (before) => zoomAt(before, factor, point));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, [handle]);

  useEffect(() => {
    // Space held moves the image with the pointer, without a button.
    let from: { x: number; y: number } | null = null;
    let isHeld = false;
    const isFree = (target: EventTarget | null) =>
      !(target instanceof HTMLElement && target.closest('button, input, textarea, select, a, [role=dialog]'));
    const down = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || !isFree(event.target)) return;
      event.preventDefault();
      isHeld = true;
    };
    const up = (event: KeyboardEvent) => {
      if (event.code !== 'Space') return;
      isHeld = false;
      from = null;
    };
    const move = (event: globalThis.PointerEvent) => {
      const element = frame.current;
      if (!isHeld || !element || latest.current.activeId !== handle) return;
      const by = from === null ? null : { x: event.clientX - from.x, y: event.clientY - from.y };
      from = { x: event.clientX, y: event.clientY };
      const { clientWidth: width, clientHeight: height } = element;
      if (by !== null) latest.current.setView(handle, (before) => pan(before, by, { width, height }));
    };
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('pointermove', move);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('pointermove', move);
    };
  }, [handle]);

  function drag(event: PointerEvent<HTMLDivElement>) {
    if (grip.current === null) return;
    const by = { x: event.clientX - grip.current.x, y: event.clientY - grip.current.y };
    grip.current = { x: event.clientX, y: event.clientY };
    const { clientWidth: width, clientHeight: height } = event.currentTarget;
    desk.setView(handle, (before) => pan(before, by, { width, height }));
  }

  return (
    <figure className="relative flex min-h-0 min-w-0 flex-1 flex-col">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys do the same on the page, see the help */}
      <div
        ref={frame}
        className={cn(
          'relative min-h-0 flex-1 cursor-grab touch-none overflow-hidden active:cursor-grabbing',
          !isAlone && 'border',
          !isAlone && (desk.activeId === handle ? 'border-line-strong' : 'border-transparent'),
        )}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          grip.current = { x: event.clientX, y: event.clientY };
          desk.activate(handle);
        }}
        onPointerMove={drag}
        onPointerUp={() => {
          grip.current = null;
        }}
        onPointerEnter={() => desk.activate(handle)}
        onDoubleClick={desk.reset}
      >
        {/* biome-ignore lint/performance/noImgElement: bytes in this tab's memory, already decoded */}
        <img
          src={href}
          alt={name}
          draggable={false}
          decoding="sync"
          className="absolute inset-0 size-full select-none object-contain"
          style={{
            transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
            filter: `brightness(${desk.light.brightness}) contrast(${desk.light.contrast})`,
          }}
        />
      </div>
      {isAlone ? null : <figcaption className="px-2 py-1 text-ink-3 text-xs">{name}</figcaption>}
    </figure>
  );
}
