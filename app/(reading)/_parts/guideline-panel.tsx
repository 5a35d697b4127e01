'use client';

import { useEffect, useMemo, useRef } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { cn } from '#app/_ui/cn.ts';
import { Kbd } from '#app/_ui/kbd.tsx';
import { Markdown } from '#app/_ui/markdown.tsx';
import { guidelineSections, sectionOf } from '#app/(reading)/_session/guideline-sections.ts';
import type { PreparedCase, Reading } from '#app/(reading)/_session/reading-types.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { Clarifications } from './clarifications.tsx';
import { Replies } from './replies.tsx';

/** The guideline beside the case, opened where it speaks of the field at hand; its definitions stand on top. */
export function GuidelinePanel({
  protocol,
  clarifications,
  replies,
  field,
  onClose,
}: {
  protocol: Reading['protocol'];
  clarifications: PreparedCase['clarifications'];
  replies: Reading['replies'];
  field: LabelField | undefined;
  onClose: () => void;
}) {
  const sections = useMemo(() => guidelineSections(protocol.guidelinesMarkdown), [protocol]);
  const place = field === undefined ? -1 : sectionOf(sections, field);
  const target = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another field is another place
  useEffect(() => {
    target.current?.scrollIntoView({ block: 'start' });
  }, [place, field?.key]);
  return (
    <section aria-label="Guideline" className="flex min-h-0 flex-col border-line border-l bg-surface">
      <header className="flex items-center justify-between gap-2 border-line border-b px-4 py-1.5">
        <h2 className="font-semibold text-sm">Guideline, version {protocol.version}</h2>
        <Button variant="quiet" size="sm" onClick={onClose}>
          Close <Kbd>G</Kbd>
        </Button>
      </header>
      <Clarifications since={protocol.version} clarifications={clarifications} />
      {replies.length === 0 ? null : (
        <div className="max-h-[40%] overflow-y-auto border-line border-b px-4 py-3">
          <Replies replies={replies} />
        </div>
      )}
      {field === undefined ? null : <Definitions field={field} />}
      <section
        aria-label="Text of the guideline"
        className="min-h-0 flex-1 overflow-y-auto px-4 py-3"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
      >
        {sections.map((section, index) => (
          <section
            // The sections of a signed version never change.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            ref={index === place ? target : undefined}
            className={cn(
              'mb-3 border-l-2 pl-3',
              index === place ? 'border-accent-ink' : 'border-transparent',
            )}
          >
            <Markdown>{section.markdown}</Markdown>
          </section>
        ))}
        {protocol.edgeCases.map((edge) => (
          <section key={edge.title} className="mb-3 border-line border-t pt-3 pl-3">
            <h3 className="font-semibold text-sm">Example: {edge.title}</h3>
            <Markdown>{edge.description}</Markdown>
          </section>
        ))}
      </section>
    </section>
  );
}

function Definitions({ field }: { field: LabelField }) {
  const defined = (field.options ?? []).filter((option) => option.definition !== undefined);
  return (
    <div className="max-h-[40%] overflow-y-auto border-line border-b px-4 py-3 text-sm">
      <p className="font-semibold">{field.label}</p>
      <p className="text-ink-2">{field.definition}</p>
      {defined.length === 0 ? null : (
        <dl className="mt-2 flex flex-col gap-1">
          {defined.map((option) => (
            <div key={option.value}>
              <dt className="inline font-medium">{option.label}: </dt>
              <dd className="inline text-ink-2">{option.definition}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
