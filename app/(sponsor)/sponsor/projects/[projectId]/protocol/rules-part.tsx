'use client';

import { Plus, Trash2 } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { ConditionRow } from './condition-row.tsx';
import {
  type EdgeCaseValues,
  type FieldValues,
  keyFromLabel,
  newEdgeCase,
  newRule,
  type RuleValues,
} from './editor-values.ts';

type RulesPartProps = {
  rules: readonly RuleValues[];
  fields: readonly FieldValues[];
  errors: Partial<Record<string, string>>;
  onChange: (rules: RuleValues[]) => void;
};

/** What must hold between answers: "when there is a size, there must be a finding". */
export function RulesPart({ rules, fields, errors, onChange }: RulesPartProps) {
  const change = (id: string, part: Partial<RuleValues>) =>
    onChange(rules.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const [first] = fields;
  return (
    <>
      {rules.map((rule, index) => {
        const at = (name: string) => `labelSchema.rules.${index}.${name}`;
        return (
          <fieldset key={rule.id} className="flex flex-col gap-3 rounded-lg border border-line-strong p-4">
            <legend className="px-1 font-medium text-sm">Rule {index + 1}</legend>
            <ConditionRow
              label="When"
              condition={rule.when}
              fields={fields}
              onChange={(when) => change(rule.id, { when })}
            />
            <ConditionRow
              label="Then"
              condition={rule.must}
              fields={fields}
              onChange={(must) => change(rule.id, { must })}
            />
            {[errors[at('when')], errors[at('must')], errors[at('key')]].map((error) =>
              error ? (
                <p key={error} className="text-critical-ink text-xs">
                  {error}
                </p>
              ) : null,
            )}
            <Field label="What the reader is told" name={at('message')} error={errors[at('message')]}>
              <Input
                value={rule.message}
                onChange={(event) => change(rule.id, { message: event.target.value })}
              />
            </Field>
            <div>
              <Button
                size="sm"
                variant="quiet"
                icon={<Trash2 aria-hidden />}
                onClick={() => onChange(rules.filter((one) => one.id !== rule.id))}
              >
                Remove rule {index + 1}
              </Button>
            </div>
          </fieldset>
        );
      })}
      <div>
        <Button
          icon={<Plus aria-hidden />}
          disabled={first === undefined}
          onClick={() => onChange([...rules, newRule(first?.key || keyFromLabel(first?.label ?? ''))])}
        >
          Add a rule
        </Button>
      </div>
    </>
  );
}

type EdgeCasesPartProps = {
  edgeCases: readonly EdgeCaseValues[];
  errors: Partial<Record<string, string>>;
  onChange: (edgeCases: EdgeCaseValues[]) => void;
};

/** Worked examples of hard cases, beside the guidelines. */
export function EdgeCasesPart({ edgeCases, errors, onChange }: EdgeCasesPartProps) {
  const change = (id: string, part: Partial<EdgeCaseValues>) =>
    onChange(edgeCases.map((one) => (one.id === id ? { ...one, ...part } : one)));
  return (
    <>
      {edgeCases.map((one, index) => (
        <fieldset key={one.id} className="flex flex-col gap-3 rounded-lg border border-line-strong p-4">
          <legend className="px-1 font-medium text-sm">{one.title || `Example ${index + 1}`}</legend>
          <Field label="Title" name={`edgeCases.${index}.title`} error={errors[`edgeCases.${index}.title`]}>
            <Input value={one.title} onChange={(event) => change(one.id, { title: event.target.value })} />
          </Field>
          <Field
            label="How to read it, and why"
            name={`edgeCases.${index}.description`}
            hint="Markdown. No patient data."
            error={errors[`edgeCases.${index}.description`]}
          >
            <Textarea
              value={one.description}
              onChange={(event) => change(one.id, { description: event.target.value })}
            />
          </Field>
          <div>
            <Button
              size="sm"
              variant="quiet"
              icon={<Trash2 aria-hidden />}
              onClick={() => onChange(edgeCases.filter((other) => other.id !== one.id))}
            >
              Remove example {index + 1}
            </Button>
          </div>
        </fieldset>
      ))}
      <div>
        <Button icon={<Plus aria-hidden />} onClick={() => onChange([...edgeCases, newEdgeCase()])}>
          Add an example
        </Button>
      </div>
    </>
  );
}
