'use client';

import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { describeCredentialRule } from '#server/credentials/describe.ts';
import { credentialRule, RULE_LIMITS } from '#server/credentials/schemas.ts';
import { RequirementRow } from './requirement-row.tsx';
import {
  type GroupValues,
  groupName,
  isGroup,
  NEW_REQUIREMENT,
  type RequirementValues,
  rootName,
  toRule,
} from './rule-values.ts';

type Errors = Partial<Record<string, string>>;

export type RuleEditorProps = {
  /** Form name of the rule: names of its fields begin with it, as the schema reports them. */
  name: string;
  value: GroupValues;
  errors: Errors;
  onChange: (value: GroupValues) => void;
  /** How many people meet it, or what is in its place. */
  children?: ReactNode;
};

/** A credential rule by rows and groups: what is needed, all of it or any one, told in words as it is edited. */
export function RuleEditor({ name, value, errors, onChange, children }: RuleEditorProps) {
  const parsed = credentialRule.safeParse(toRule(value));
  return (
    <div className="flex flex-col gap-3">
      <Group name={rootName(name, value)} group={value} depth={1} errors={errors} onChange={onChange} />
      <div aria-live="polite" className="rounded-lg bg-sunken p-3 text-sm">
        <p className="prose-width">
          <span className="text-ink-3">In words: </span>
          {parsed.success
            ? describeCredentialRule(parsed.data)
            : (parsed.error.issues[0]?.message ?? 'Not complete yet.')}
        </p>
        {parsed.success ? children : null}
      </div>
    </div>
  );
}

type GroupProps = {
  name: string;
  group: GroupValues;
  depth: number;
  errors: Errors;
  onChange: (group: GroupValues) => void;
};

function Group({ name, group, depth, errors, onChange }: GroupProps) {
  const { parts } = group;
  const put = (at: number, part: RequirementValues | GroupValues | null) =>
    onChange({ ...group, parts: parts.flatMap((one, index) => (index !== at ? [one] : part ? [part] : [])) });
  const add = (part: RequirementValues | GroupValues) => onChange({ ...group, parts: [...parts, part] });
  return (
    <div className="flex flex-col gap-3">
      {parts.length > 1 || depth > 1 ? (
        <div className="flex flex-wrap items-center gap-2 text-sm">
          <span>{depth === 1 ? 'A reader needs' : 'This group needs'}</span>
          <span className="w-40">
            <NativeSelect
              aria-label={depth === 1 ? 'How the credentials go together' : 'How this group goes together'}
              value={group.match}
              onChange={(event) =>
                onChange({ ...group, match: event.target.value === 'all' ? 'all' : 'any' })
              }
            >
              <option value="all">all of these</option>
              <option value="any">any one of these</option>
            </NativeSelect>
          </span>
        </div>
      ) : null}
      {parts.length === 0 && depth === 1 ? (
        <p className="text-ink-3 text-sm">No credential is asked for yet.</p>
      ) : null}
      {parts.map((part, at) =>
        isGroup(part) ? (
          <fieldset
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
            key={at}
            className="flex flex-col gap-3 rounded-lg border border-line-strong p-3"
          >
            <legend className="sr-only">Group {at + 1}</legend>
            <div className="flex items-start justify-between gap-2">
              <div className="min-w-0 flex-1">
                <Group
                  name={groupName(`${name}.${at}`, part)}
                  group={part}
                  depth={depth + 1}
                  errors={errors}
                  onChange={(next) => put(at, next.parts.length === 0 ? null : next)}
                />
              </div>
              <Button
                variant="quiet"
                size="icon"
                aria-label="Remove this group"
                icon={<X aria-hidden />}
                onClick={() => put(at, null)}
              />
            </div>
          </fieldset>
        ) : (
          <RequirementRow
            // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
            key={at}
            name={`${name}.${at}`}
            one={part}
            errors={errors}
            onChange={(change) => put(at, { ...part, ...change })}
            onRemove={() => put(at, null)}
          />
        ),
      )}
      {parts.length < RULE_LIMITS.group ? (
        <div className="flex flex-wrap gap-2">
          <Button
            size={depth === 1 ? 'md' : 'sm'}
            variant={depth === 1 ? 'secondary' : 'quiet'}
            icon={<Plus aria-hidden />}
            onClick={() => add(NEW_REQUIREMENT)}
          >
            {depth === 1 ? 'Add a credential' : 'Add to this group'}
          </Button>
          {depth < RULE_LIMITS.depth - 2 && parts.length > 0 ? (
            <Button
              size={depth === 1 ? 'md' : 'sm'}
              variant="quiet"
              icon={<Plus aria-hidden />}
              onClick={() => add({ match: group.match === 'all' ? 'any' : 'all', parts: [NEW_REQUIREMENT] })}
            >
              Add a group
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}
