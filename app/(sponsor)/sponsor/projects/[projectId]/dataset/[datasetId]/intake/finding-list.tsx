'use client';

import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { cn } from '#app/_ui/cn.ts';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Sheet } from '#app/_ui/sheet.tsx';
import { CaseContent } from '#app/(sponsor)/sponsor/_parts/case-content.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { FINDING_WORDS } from './finding-words.ts';

type Finding = inferRouterOutputs<AppRouter>['datasets']['findings']['items'][number];
type Decision = 'exclude' | 'keep' | null;

type FindingListProps = {
  datasetId: string;
  findings: readonly Finding[];
  /** True when there are more than are shown. */
  more: boolean;
  mayDecide: boolean;
};

const keyOf = (one: Pick<Finding, 'caseId' | 'code'>) => `${one.caseId}|${one.code}`;

/** Findings one by one, by mouse or keys, and all of a kind at once. */
export function FindingList({ datasetId, findings, more, mayDecide }: FindingListProps) {
  const [kind, setKind] = useState('');
  const [looked, setLooked] = useState<Finding | null>(null);
  const list = useDecisions(datasetId);
  if (findings.length === 0)
    return <EmptyState title="Nothing was found">Every case passed the checks.</EmptyState>;
  const kinds = [...new Set(findings.map((one) => one.code))];
  const shown = findings.filter((one) => kind === '' || one.code === kind);
  const open = shown.filter((one) => list.decisionOf(one) === null);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <NativeSelect
          aria-label="Kind of finding"
          className="max-w-56"
          value={kind}
          onChange={(event) => setKind(event.target.value)}
        >
          <option value="">All kinds ({findings.length})</option>
          {kinds.map((code) => (
            <option key={code} value={code}>
              {FINDING_WORDS[code]} ({findings.filter((one) => one.code === code).length})
            </option>
          ))}
        </NativeSelect>
        {mayDecide && open.length > 0 ? (
          <>
            <Button onClick={() => list.decide(open, 'exclude')}>
              Exclude {counted(open.length, 'case')}
            </Button>
            <Button variant="quiet" onClick={() => list.decide(open, 'keep')}>
              Keep {open.length === 1 ? 'it' : 'them'}
            </Button>
          </>
        ) : null}
      </div>
      <Refusal error={list.error} title="Nothing was decided." />
      <Rows
        findings={shown}
        decisionOf={list.decisionOf}
        onDecide={mayDecide ? (one, decision) => list.decide([one], decision) : null}
        onLook={setLooked}
      />
      {more ? (
        <p className="text-ink-3 text-sm">
          The first {findings.length} are shown; decide on these, or on all the rest above.
        </p>
      ) : null}
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

/** Decisions as they are made, shown at once and kept by the server. */
function useDecisions(datasetId: string) {
  const trpc = useTRPC();
  const router = useRouter();
  const [made, setMade] = useState<ReadonlyMap<string, Decision>>(new Map());
  const call = useMutation(
    trpc.datasets.decideFindings.mutationOptions({
      onSuccess: () => router.refresh(),
      // What the server did not take is not shown as taken.
      onError: () => setMade(new Map()),
    }),
  );
  return {
    error: call.error,
    decisionOf: (one: Finding): Decision => {
      const own = made.get(keyOf(one));
      return own === undefined ? one.decision : own;
    },
    decide: (which: readonly Finding[], decision: Decision) => {
      setMade((before) => new Map([...before, ...which.map((one) => [keyOf(one), decision] as const)]));
      call.mutate({ datasetId, findings: which.map(({ caseId, code }) => ({ caseId, code })), decision });
    },
  };
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
