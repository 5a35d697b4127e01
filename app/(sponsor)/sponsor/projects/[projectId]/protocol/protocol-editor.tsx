'use client';

import { useMutation } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useMemo, useRef, useState } from 'react';
import { byField } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Tabs } from '#app/_ui/tabs.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { FormSection } from '#app/(sponsor)/sponsor/projects/_form/form-section.tsx';
import { SaveLine } from '#app/(sponsor)/sponsor/projects/_form/save-line.tsx';
import { useAutosave } from '#app/(sponsor)/sponsor/projects/_form/use-autosave.ts';
import type { ChangeClass, ProtocolContent } from '#server/protocols/schemas.ts';
import {
  type FieldValues,
  newField,
  type ProtocolValues,
  protocolValues,
  readProtocol,
} from './editor-values.ts';
import { FieldCard } from './field-card.tsx';
import { EdgeCasesPart, RulesPart } from './rules-part.tsx';

// The preview's Markdown reader is heavy and rarely wanted at once.
const Markdown = dynamic(() => import('#app/_ui/markdown.tsx').then((module) => module.Markdown));

type ProtocolEditorProps = {
  projectId: string;
  /** The draft, or null when nothing was written yet. */
  draft: (ProtocolContent & { contentSha256: string; changeClass: ChangeClass | null }) | null;
};

/** The draft as typed, saved a moment after each change once it holds together. */
function useProtocolDraft({ projectId, draft }: ProtocolEditorProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState<ProtocolValues>(() =>
    draft
      ? protocolValues(draft)
      : { guidelinesMarkdown: '', fields: [newField()], rules: [], edgeCases: [] },
  );
  const [isTried, setIsTried] = useState(false);
  const [summary, setSummary] = useState<readonly FormProblem[]>([]);
  const seen = useRef(draft?.contentSha256 ?? null);
  const saveDraft = useMutation(trpc.protocols.saveDraft.mutationOptions());
  const read = useMemo(() => readProtocol(values), [values]);
  const { state, saveNow } = useAutosave(read.content, JSON.stringify(values), async (content) => {
    const changeClass = draft?.changeClass ?? null;
    const saved = await saveDraft.mutateAsync({
      ...content,
      projectId,
      seenSha256: seen.current,
      changeClass,
    });
    seen.current = saved.contentSha256;
  });
  return {
    values,
    summary,
    state,
    errors: byField(isTried ? read.problems : []),
    waitsFor: read.problems[0] ? `Not saved yet: ${read.problems[0].message}` : null,
    set: (change: Partial<ProtocolValues>) => {
      setSummary([]);
      setValues((before) => ({ ...before, ...change }));
    },
    check: async () => {
      setIsTried(true);
      setSummary(read.problems);
      if (read.problems.length === 0 && (await saveNow())) router.refresh();
    },
  };
}

/** Guidelines, fields, rules and examples of the draft protocol, saved as they are typed once they hold together. */
export function ProtocolEditor(props: ProtocolEditorProps) {
  const { values, summary, state, errors, waitsFor, set, check } = useProtocolDraft(props);
  return (
    <form
      noValidate
      className="max-w-[860px]"
      onSubmit={(event) => {
        event.preventDefault();
        void check();
      }}
    >
      <div className="mb-4 flex flex-col gap-2">
        <FormErrorSummary problems={summary} />
        <SaveLine state={state} waitsFor={waitsFor} />
      </div>
      <GuidelinesPart
        text={values.guidelinesMarkdown}
        error={errors.guidelinesMarkdown}
        onChange={(guidelinesMarkdown) => set({ guidelinesMarkdown })}
      />
      <FormSection id="fields" title="Fields" hint="What the reader answers for each case, in this order.">
        <Fields fields={values.fields} errors={errors} onChange={(fields) => set({ fields })} />
      </FormSection>
      <FormSection
        id="rules"
        title="Rules between fields"
        hint="Checked while the reader answers and again when they submit."
      >
        <RulesPart
          rules={values.rules}
          fields={values.fields}
          errors={errors}
          onChange={(rules) => set({ rules })}
        />
      </FormSection>
      <FormSection id="examples" title="Edge cases">
        <EdgeCasesPart
          edgeCases={values.edgeCases}
          errors={errors}
          onChange={(edgeCases) => set({ edgeCases })}
        />
      </FormSection>
      <div className="flex justify-end border-line border-t pt-4">
        <Button type="submit" variant="primary">
          Check and save draft
        </Button>
      </div>
    </form>
  );
}

type GuidelinesPartProps = { text: string; error: string | undefined; onChange: (text: string) => void };

function GuidelinesPart({ text, error, onChange }: GuidelinesPartProps) {
  return (
    <FormSection
      id="guidelines"
      title="Guidelines"
      hint="How to read, in Markdown. Readers have it beside every case. No patient data."
    >
      <Tabs
        label="Guidelines"
        items={[
          {
            value: 'write',
            label: 'Write',
            content: (
              <Field label="Guidelines" name="guidelinesMarkdown" labelHidden error={error}>
                <Textarea
                  rows={12}
                  className="min-h-64 font-mono text-sm"
                  value={text}
                  onChange={(event) => onChange(event.target.value)}
                />
              </Field>
            ),
          },
          {
            value: 'preview',
            label: 'Preview',
            content:
              text.trim() === '' ? (
                <p className="text-ink-3 text-sm">Nothing written yet.</p>
              ) : (
                <Markdown>{text}</Markdown>
              ),
          },
        ]}
      />
    </FormSection>
  );
}

type FieldsProps = {
  fields: readonly FieldValues[];
  errors: Partial<Record<string, string>>;
  onChange: (fields: FieldValues[]) => void;
};

function Fields({ fields, errors, onChange }: FieldsProps) {
  function move(index: number, by: -1 | 1) {
    const moved = [...fields];
    const [field] = moved.splice(index, 1);
    if (field === undefined || index + by < 0 || index + by > moved.length) return;
    moved.splice(index + by, 0, field);
    onChange(moved);
  }
  return (
    <>
      {fields.map((field, index) => (
        <FieldCard
          key={field.id}
          index={index}
          field={field}
          others={fields.filter((other) => other.id !== field.id)}
          errors={errors}
          onChange={(change) =>
            onChange(fields.map((other) => (other.id === field.id ? { ...other, ...change } : other)))
          }
          onMove={(by) => move(index, by)}
          onRemove={() => onChange(fields.filter((other) => other.id !== field.id))}
        />
      ))}
      <div>
        <Button icon={<Plus aria-hidden />} onClick={() => onChange([...fields, newField()])}>
          Add a field
        </Button>
      </div>
    </>
  );
}
