'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { cn } from '#app/_ui/cn.ts';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { ListPages } from '#app/_ui/list-pages.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Sheet } from '#app/_ui/sheet.tsx';
import { CaseContent } from '#app/(sponsor)/sponsor/_parts/case-content.tsx';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { DecideMany } from './decide-many.tsx';
import { DecidedTogether, type Together } from './decided-together.tsx';
import { type FindingPage, findingHref } from './finding-page.ts';
import { FINDING_WORDS } from './finding-words.ts';
import { type Decision, type Finding, keyOf, useDecisions } from './use-decisions.ts';

export type Kind = inferRouterOutputs<AppRouter>['datasets']['intake']['kinds'][number];

type FindingListProps = {
  datasetId: string;
  /** Those of the page. */
  findings: readonly Finding[];
  /** The last of them, when there are more. */
  next: FindingPage['after'] | null;
  page: FindingPage;
  /** All findings by kind, whatever the page shows. */
  kinds: readonly Kind[];
  /** What was decided of several cases at once and still stands. */
  together: readonly Together[];
  mayDecide: boolean;
};

/** Findings one by one, by mouse or keys, and all of a kind at once, with the way back in one act. */
export function FindingList(props: FindingListProps) {
  const { datasetId, findings, next, page, kinds, together, mayDecide } = props;
  const [looked, setLooked] = useState<Finding | null>(null);
  const list = useDecisions(datasetId, findings, page);
  const inState = (one: Kind) =>
    page.state === undefined ? one.open + one.exclude + one.keep : one[page.state];
  const sum = (some: readonly Kind[]) => some.reduce((total, one) => total + inState(one), 0);
  if (kinds.every((one) => one.open + one.exclude + one.keep === 0))
    return <EmptyState title="Nothing was found">Every case passed the checks.</EmptyState>;
  const total = sum(kinds.filter((one) => page.code === undefined || one.code === page.code));
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <Choose
          label="Kind of finding"
          value={page.code ?? ''}
          hrefOf={(code) => findingHref({ ...page, code: code as FindingPage['code'], after: undefined })}
          options={[
            ['', `All kinds (${sum(kinds).toLocaleString('en')})`],
            ...kinds.map(
              (one) =>
                [one.code, `${FINDING_WORDS[one.code]} (${inState(one).toLocaleString('en')})`] as const,
            ),
          ]}
        />
        <Choose
          label="Decision"
          value={page.state ?? ''}
          hrefOf={(state) => findingHref({ ...page, state: state as FindingPage['state'], after: undefined })}
          options={[
            ['', 'Decided or not'],
            ['open', 'Not decided yet'],
            ['exclude', 'Excluded'],
            ['keep', 'Kept'],
          ]}
        />
        {mayDecide ? <DecideMany findings={findings} page={page} kinds={kinds} list={list} /> : null}
      </div>
      <Refusal error={list.error} title="Nothing was decided." />
      {mayDecide ? <DecidedTogether together={together} list={list} /> : null}
      <Rows
        findings={findings}
        decisionOf={list.decisionOf}
        onDecide={mayDecide ? list.decide : null}
        onLook={setLooked}
      />
      {findings.length === 0 ? (
        <p className="text-ink-3 text-sm">
          No finding here. Choose another kind or decision, or go back to the first page.
        </p>
      ) : null}
      <ListPages
        of="findings"
        said={`${findings.length.toLocaleString('en')} of ${total.toLocaleString('en')} are on this page`}
        firstHref={page.after === undefined ? null : findingHref({ ...page, after: undefined })}
        nextHref={next ? findingHref({ ...page, after: next }) : null}
      />
      <Sheet
        title={looked ? `Case ${looked.externalId}` : 'Case'}
        description={looked?.says}
        open={looked !== null}
        onOpenChange={(isOpen) => !isOpen && setLooked(null)}
      >
        {looked ? (
          <div className="flex flex-col gap-6">
            <CaseContent datasetId={datasetId} caseId={looked.caseId} />
            {looked.other ? (
              <div className="flex flex-col gap-2">
                <h3 className="font-medium text-sm">Repeats case {looked.other.externalId}</h3>
                <CaseContent datasetId={looked.other.datasetId} caseId={looked.other.caseId} />
              </div>
            ) : null}
          </div>
        ) : null}
      </Sheet>
    </div>
  );
}

type ChooseProps = {
  label: string;
  value: string;
  hrefOf: (value: string) => string;
  options: readonly (readonly [value: string, word: string])[];
};

/** A choice that is part of the page's address. */
function Choose({ label, value, hrefOf, options }: ChooseProps) {
  const router = useRouter();
  return (
    <NativeSelect
      aria-label={label}
      className="max-w-56"
      value={value}
      onChange={(event) => router.push(hrefOf(event.target.value), { scroll: false })}
    >
      {options.map(([of, word]) => (
        <option key={of} value={of}>
          {word}
        </option>
      ))}
    </NativeSelect>
  );
}

type RowsProps = {
  findings: readonly Finding[];
  decisionOf: (one: Finding) => Decision;
  onDecide: ((one: Finding, decision: Decision) => void) | null;
  onLook: (one: Finding) => void;
};

function Rows({ findings, decisionOf, onDecide, onLook }: RowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const move = (from: Element, by: number) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    rows[rows.findIndex((row) => row.contains(from)) + by]?.focus();
  };
  const onKey = (event: KeyboardEvent<HTMLLIElement>, one: Finding) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const decisions: Record<string, Decision> = { x: 'exclude', k: 'keep', u: null };
    const key = event.key.toLowerCase();
    if (key === 'arrowdown' || key === 'j') move(event.currentTarget, 1);
    else if (key === 'arrowup') move(event.currentTarget, -1);
    else if (key === 'o') onLook(one);
    else if (onDecide && key in decisions) {
      onDecide(one, decisions[key] ?? null);
      if (key !== 'u') move(event.currentTarget, 1);
    } else return;
    event.preventDefault();
  };
  return (
    <ul ref={list} aria-label="Findings" className="flex flex-col">
      {findings.map((one) => (
        <li
          key={keyOf(one)}
          data-row
          // biome-ignore lint/a11y/noNoninteractiveTabindex: rows take the keys that decide on them
          tabIndex={0}
          onKeyDown={(event) => onKey(event, one)}
          className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-line border-t px-2 py-2 hover:bg-hover sm:grid-cols-[10rem_11rem_minmax(0,1fr)_auto]"
        >
          <span className="truncate font-mono text-sm">{one.externalId}</span>
          <span className="flex">
            <Verdict decision={decisionOf(one)} word={FINDING_WORDS[one.code]} />
          </span>
          <span className="col-span-2 text-ink-2 text-sm sm:col-span-1">
            {one.says}
            {one.other ? ` It is case ${one.other.externalId}.` : ''}
            {one.note ? ` ${one.note}` : ''}
          </span>
          <span className="col-span-2 flex gap-1 sm:col-span-1">
            <Button size="sm" variant="quiet" onClick={() => onLook(one)}>
              Look
            </Button>
            {onDecide === null ? null : (
              <>
                <Choice
                  one={one}
                  word="Exclude"
                  decision="exclude"
                  now={decisionOf(one)}
                  onDecide={onDecide}
                />
                <Choice one={one} word="Keep" decision="keep" now={decisionOf(one)} onDecide={onDecide} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Verdict({ decision, word }: { decision: Decision; word: string }) {
  if (decision === 'exclude') return <Badge tone="critical">{word}: excluded</Badge>;
  if (decision === 'keep') return <Badge tone="good">{word}: kept</Badge>;
  return <Badge tone="attention">{word}</Badge>;
}

type ChoiceProps = {
  one: Finding;
  word: string;
  decision: 'exclude' | 'keep';
  now: Decision;
  onDecide: (one: Finding, decision: Decision) => void;
};

/** One of the two decisions; pressed again it is taken back. */
function Choice({ one, word, decision, now, onDecide }: ChoiceProps) {
  const isOn = now === decision;
  return (
    <Button
      size="sm"
      aria-pressed={isOn}
      className={cn(isOn && 'border-accent bg-accent-soft text-accent-ink')}
      onClick={() => onDecide(one, isOn ? null : decision)}
    >
      {word}
      <span className="sr-only"> case {one.externalId}</span>
    </Button>
  );
}
