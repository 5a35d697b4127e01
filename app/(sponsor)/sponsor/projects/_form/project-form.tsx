'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { byField } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { ChecklistRail } from '#app/_ui/checklist-rail.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { policyPreset } from '#server/projects/presets.ts';
import { policyLocks } from '#server/projects/rules.ts';
import type { IntendedUse, Project, ProjectInput } from '#server/projects/schemas.ts';
import { AboutSection, BasicsSection } from './basics-section.tsx';
import { emptyValues, type ProjectValues, policyValues, readProjectForm, valuesOf } from './form-values.ts';
import { type ForecastBasis, NO_BASIS } from './panel-forecast.tsx';
import { PeopleSection } from './people-section.tsx';
import { USE_WORDS } from './project-words.ts';
import { QualitySection } from './quality-section.tsx';
import { SaveLine } from './save-line.tsx';
import { useAutosave } from './use-autosave.ts';

/**
 * One long form, saved as it is typed. A new project is made on the server as soon as its basics are right; from then on
 * the page's address is the project's own, so that a reload goes on where it was.
 */
export function ProjectForm({
  project,
  today,
  basis = NO_BASIS,
  cases = null,
}: {
  project: Project | null;
  today: string;
  /** What the forecasts of its policy rest on, and how many cases it has. */
  basis?: ForecastBasis;
  cases?: number | null;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState<ProjectValues>(() => (project ? valuesOf(project) : emptyValues()));
  const [isTried, setIsTried] = useState(false);
  const [summary, setSummary] = useState<readonly FormProblem[]>([]);
  const stored = useRef(project);
  const create = useMutation(trpc.projects.create.mutationOptions());
  const update = useMutation(trpc.projects.update.mutationOptions());
  const read = useMemo(() => checkForm(values, today), [values, today]);

  async function save(input: ProjectInput) {
    const before = stored.current;
    stored.current = before
      ? await update.mutateAsync({ ...input, projectId: before.id, seenUpdatedAt: before.updatedAt })
      : await create.mutateAsync(input);
    if (before === null) window.history.replaceState(null, '', `/sponsor/projects/${stored.current.id}/edit`);
  }
  const { state, saveNow } = useAutosave(read.input, JSON.stringify(values), save);

  async function goOn() {
    setIsTried(true);
    setSummary(read.problems);
    if (read.problems.length > 0 || !(await saveNow())) return;
    router.push(`/sponsor/projects/${stored.current?.id}`);
    router.refresh();
  }

  const set = (change: Partial<ProjectValues>) => {
    // The list at the top is of one try; typing goes on below it, where the messages follow at each field.
    setSummary([]);
    setValues((before) => ({ ...before, ...change }));
  };
  const problems = isTried ? read.problems : [];
  const section = { values, errors: byField(problems), set };
  return (
    <SplitPane asideLabel="What is still missing" aside={<Rail values={values} problems={read.problems} />}>
      <form
        noValidate
        className="max-w-[720px]"
        onSubmit={(event) => {
          event.preventDefault();
          void goOn();
        }}
      >
        <div className="mb-4 flex flex-col gap-2">
          <FormErrorSummary problems={summary} />
          <SaveLine state={state} waitsFor={waitsFor(read.problems, stored.current === null)} />
        </div>
        <BasicsSection {...section} onUse={(use) => set(withUse(values, use as IntendedUse))} />
        <AboutSection {...section} />
        <PeopleSection {...section} />
        <QualitySection
          {...section}
          basis={basis}
          cases={cases}
          presetNote={presetNote(values, () => set(withPreset(values)))}
        />
        <div className="flex justify-end border-line border-t pt-4">
          <Button type="submit" variant="primary">
            Save and go to the project
          </Button>
        </div>
      </form>
    </SplitPane>
  );
}

function waitsFor(problems: readonly FormProblem[], isNew: boolean): string | null {
  if (problems.length === 0) return null;
  return isNew
    ? 'Kept on this page until title, kind of data, budget and deadline are given; then saved as you type.'
    : `Not saved yet: ${problems[0]?.message}`;
}

function checkForm(values: ProjectValues, today: string) {
  const read = readProjectForm(values, today);
  if (read.input === null) return read;
  const locks = policyLocks(read.input.intendedUse, read.input.qualityPolicy);
  if (locks.length === 0) return read;
  return { input: null, problems: locks.map(({ path, message }) => ({ name: path, message })) };
}

const isPreset = (values: ProjectValues) =>
  JSON.stringify(values.policy) === JSON.stringify(policyValues(policyPreset(values.intendedUse)));

/** Another use brings its preset along while the policy is still the old use's own; edited policies stay. */
function withUse(values: ProjectValues, intendedUse: IntendedUse): Partial<ProjectValues> {
  return isPreset(values) ? withPreset({ ...values, intendedUse }) : { intendedUse };
}

function withPreset(values: ProjectValues): Partial<ProjectValues> {
  return { intendedUse: values.intendedUse, policy: policyValues(policyPreset(values.intendedUse)) };
}

function presetNote(values: ProjectValues, onPreset: () => void): ReactNode {
  if (isPreset(values)) return null;
  return (
    <p className="flex flex-wrap items-center gap-2 text-ink-2 text-sm">
      Changed from the usual policy for {USE_WORDS[values.intendedUse].label.toLowerCase()}.
      <Button size="sm" variant="quiet" onClick={onPreset}>
        Go back to it
      </Button>
    </p>
  );
}

function Rail({ values, problems }: { values: ProjectValues; problems: readonly FormProblem[] }) {
  const wrong = (...prefixes: string[]) =>
    problems.find((problem) => prefixes.some((prefix) => problem.name?.startsWith(prefix)))?.message;
  const line = (label: string, href: string, says: string | undefined) => ({
    label,
    href,
    state: says === undefined ? ('done' as const) : ('todo' as const),
    ...(says === undefined ? {} : { says }),
  });
  const about = [
    values.summary.trim() === '' ? 'a summary' : '',
    values.modality.trim() === '' ? 'the modality' : '',
    values.anatomy.trim() === '' ? 'the anatomy' : '',
  ].filter((part) => part !== '');
  return (
    <ChecklistRail
      title="What is still missing"
      items={[
        line(
          'Basics',
          '#basics',
          wrong('title', 'intendedUse', 'dataClass', 'currency', 'budget', 'deadline'),
        ),
        line(
          'About the work',
          '#about',
          wrong('summary', 'modality', 'anatomy', 'review') ??
            (about.length > 0 ? `Give ${about.join(', ')} before the call opens.` : undefined),
        ),
        line('Who may read', '#people', wrong('credentialRule', 'locationPolicy')),
        line('Quality policy', '#quality', wrong('qualityPolicy')),
      ]}
      footer={
        <p className="text-ink-3 text-xs">
          Dataset, protocol and gold come next, on the project’s own pages. A draft protocol is enough to open
          the call.
        </p>
      }
    />
  );
}
