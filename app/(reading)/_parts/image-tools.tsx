'use client';

import { Button } from '#app/_ui/button.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import type { ImageDesk } from './use-image-desk.ts';

/** Zoom, brightness, contrast and reset, away from the image. */
export function ImageTools({ desk }: { desk: ImageDesk }) {
  const zoom = desk.activeId === null ? 1 : desk.viewOf(desk.activeId).scale;
  return (
    <section aria-label="Image" className="flex flex-col gap-2 border-line border-t pt-3 text-ink-3 text-xs">
      <div className="flex items-center justify-between gap-2">
        <span className="flex items-center gap-1">
          <Kbd>Z</Kbd> Zoom {Math.round(zoom * 100)} %
        </span>
        <span className="flex gap-1">
          <Button size="sm" aria-label="Zoom out" onClick={() => desk.zoom(1 / 1.25)}>
            −
          </Button>
          <Button size="sm" aria-label="Zoom in" onClick={() => desk.zoom(1.25)}>
            +
          </Button>
          <Button size="sm" onClick={desk.reset}>
            Reset <Kbd>R</Kbd>
          </Button>
        </span>
      </div>
      {(['brightness', 'contrast'] as const).map((what) => (
        <label key={what} className="flex items-center gap-2">
          <span className="flex w-24 shrink-0 items-center gap-1">
            <Kbd>{what === 'brightness' ? 'B' : 'C'}</Kbd>
            {what === 'brightness' ? 'Brightness' : 'Contrast'}
          </span>
          <input
            type="range"
            min={0.2}
            max={3}
            step={0.05}
            value={desk.light[what]}
            onChange={(event) => desk.setLight((light) => ({ ...light, [what]: Number(event.target.value) }))}
            className="h-6 min-w-0 flex-1 accent-accent-ink"
          />
          <span className="w-10 text-right">{Math.round(desk.light[what] * 100)} %</span>
        </label>
      ))}
    </section>
  );
}
