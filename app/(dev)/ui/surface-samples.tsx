'use client';

import { Button } from '#app/_ui/button.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { ReadingSurface } from '#app/_ui/reading-surface.tsx';
import { Select } from '#app/_ui/select.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Sample, Section } from './section.tsx';

const grades = ['Benign', 'Grade 1', 'Grade 2', 'Grade 3', 'Grade 4'];

function Bench({ tone }: { tone: 'dark' | 'light' }) {
  return (
    <ReadingSurface tone={tone} className="flex h-80 overflow-hidden rounded-lg border border-line">
      <div className="flex min-w-0 flex-1 items-center justify-center bg-sunken">
        <div className="size-40 rounded-full bg-line-strong" />
      </div>
      <div className="flex w-44 shrink-0 flex-col gap-1 border-line border-l bg-surface p-3 sm:w-52">
        <p className="text-ink-3 text-xs">Grade</p>
        {grades.map((grade, index) => (
          <button
            key={grade}
            type="button"
            aria-pressed={index === 3}
            className="flex h-8 items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-hover aria-pressed:bg-selected aria-pressed:font-medium"
          >
            <Kbd>{index}</Kbd>
            {grade}
          </button>
        ))}
        <div className="mt-auto flex flex-col gap-2">
          <div className="flex items-center justify-between">
            <StatusPill state="saved" tone="good">
              Draft saved
            </StatusPill>
          </div>
          <Select
            aria-label={`Confidence, ${tone}`}
            options={[{ value: '4', label: '4 of 5' }]}
            defaultValue="4"
          />
          <Button variant="primary">Submit label</Button>
        </div>
      </div>
    </ReadingSurface>
  );
}

/** The reading surface: the same components, other tokens, nothing moves. */
export function SurfaceSamples() {
  return (
    <Section id="surface" title="Reading surface">
      <div className="grid gap-6 xl:grid-cols-2">
        <Sample name="ReadingSurface, dark">
          <Bench tone="dark" />
        </Sample>
        <Sample name="ReadingSurface, light (text work)">
          <Bench tone="light" />
        </Sample>
      </div>
      <ReadingSurface className="rounded-lg p-4">
        <Measure label="Never while reading, but legible" value={0.82} interval={[0.79, 0.85]} n={1204} />
      </ReadingSurface>
    </Section>
  );
}
