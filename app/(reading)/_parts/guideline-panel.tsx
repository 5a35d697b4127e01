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
  const panel = useRef<HTMLElement>(null);
  const header = useRef<HTMLElement>(null);
  const text = useRef<HTMLElement>(null);
  const target = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another field is another place
  useEffect(() => {
    // The page itself stays where it is: who answers at its foot is not carried off to the guideline.
    for (const box of [text.current, panel.current]) {
      if (box === null || target.current === null) continue;
      const covered = box === panel.current ? (header.current?.offsetHeight ?? 0) : 0;
      const { top } = target.current.getBoundingClientRect();
      box.scrollTop += top - box.getBoundingClientRect().top - covered;
    }
  }, [place, field?.key]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it opens, and not again with the next case
  useEffect(() => {
    // On a phone it opens above what opened it, and scrolls as one: what is new stands on top.
    if (clarifications.length > 0 && panel.current !== null) panel.current.scrollTop = 0;
    panel.current?.scrollIntoView({ block: 'start' });
  }, []);
  return (
    <section
      ref={panel}
      aria-label="Guideline"
      className="flex max-h-[70dvh] shrink-0 flex-col overflow-y-auto border-line border-t bg-surface lg:max-h-none lg:min-h-0 lg:shrink lg:overflow-y-visible lg:border-t-0 lg:border-l"
    >
      <header
        ref={header}
        className="sticky top-0 z-10 flex items-center justify-between gap-2 border-line border-b bg-surface px-4 py-1.5"
      >
        <h2 className="font-semibold text-sm">Guideline, version {protocol.version}</h2>
        <Button variant="quiet" size="sm" onClick={onClose}>
          Close <Kbd>G</Kbd>
        </Button>
      </header>
      <Clarifications since={protocol.version} clarifications={clarifications} />
      {replies.length === 0 ? null : (
        <div className="shrink-0 lg:shrink border-line border-b px-4 py-3 lg:max-h-[40%] lg:overflow-y-auto">
          <Replies replies={replies} />
        </div>
      )}
      {field === undefined ? null : <Definitions field={field} />}
      <section
        ref={text}
        aria-label="Text of the guideline"
        className="shrink-0 px-4 py-3 lg:min-h-0 lg:flex-1 lg:shrink lg:overflow-y-auto"
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
    <div className="shrink-0 lg:shrink border-line border-b px-4 py-3 text-sm lg:max-h-[40%] lg:overflow-y-auto">
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
