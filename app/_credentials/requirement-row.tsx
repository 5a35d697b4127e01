'use client';

import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { KIND_WORDS, LEVEL_WORDS } from '#server/credentials/describe.ts';
import { LANGUAGES } from '#server/credentials/languages.ts';
import { CREDENTIAL_KINDS, CREDENTIAL_LEVELS, PROFICIENCIES } from '#server/credentials/schemas.ts';
import { NEW_REQUIREMENT, type RequirementValues } from './rule-values.ts';

type RowProps = {
  name: string;
  one: RequirementValues;
  errors: Partial<Record<string, string>>;
  onChange: (part: Partial<RequirementValues>) => void;
  onRemove: () => void;
};

/** What says something of one kind only, so that nothing hidden is asked for after another is chosen. */
const CLEARED = { specialty: '', minLevel: NEW_REQUIREMENT.minLevel } as const;

/** One credential that is asked for. */
export function RequirementRow({ name, one, errors, onChange, onRemove }: RowProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-12 sm:items-start">
      <Field label="Credential" name={`${name}.kind`} className="sm:col-span-6">
        <NativeSelect
          value={one.kind}
          onChange={(event) =>
            onChange({ ...CLEARED, kind: event.target.value as RequirementValues['kind'] })
          }
        >
          {CREDENTIAL_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {KIND_WORDS[kind].replace(/^an? /, '')}
            </option>
          ))}
        </NativeSelect>
      </Field>
      {one.kind === 'language' ? (
        <LanguageParts name={name} one={one} errors={errors} onChange={onChange} />
      ) : one.kind === 'general_exam' ? (
        <ExamParts name={name} one={one} errors={errors} onChange={onChange} />
      ) : (
        <PlaceParts name={name} one={one} errors={errors} onChange={onChange} />
      )}
      {one.kind === 'general_exam' ? null : (
        <Field label="At least" name={`${name}.minLevel`} className="sm:col-span-5">
          <NativeSelect
            value={one.minLevel}
            onChange={(event) => onChange({ minLevel: event.target.value as RequirementValues['minLevel'] })}
          >
            {CREDENTIAL_LEVELS.map((level) => (
              <option key={level} value={level}>
                {LEVEL_WORDS[level]}
              </option>
            ))}
          </NativeSelect>
        </Field>
      )}
      <Button
        className="sm:mt-6"
        variant="quiet"
        size="icon"
        aria-label="Remove this credential"
        icon={<X aria-hidden />}
        onClick={onRemove}
      />
    </div>
  );
}

type PartsProps = Omit<RowProps, 'onRemove'>;

function LanguageParts({ name, one, errors, onChange }: PartsProps) {
  return (
    <>
      <Field
        label="Language"
        name={`${name}.specialty`}
        error={errors[`${name}.specialty`]}
        className="sm:col-span-6"
      >
        <NativeSelect value={one.specialty} onChange={(event) => onChange({ specialty: event.target.value })}>
          <option value="">Any</option>
          {LANGUAGES.map(({ code, name: title }) => (
            <option key={code} value={code}>
              {title}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field label="Known at least at" name={`${name}.minProficiency`} className="sm:col-span-6">
        <NativeSelect
          value={one.minProficiency}
          onChange={(event) =>
            onChange({ minProficiency: event.target.value as RequirementValues['minProficiency'] })
          }
        >
          <option value="">Any level</option>
          {PROFICIENCIES.map((level) => (
            <option key={level} value={level}>
              {level === 'native' ? 'Native' : level}
            </option>
          ))}
        </NativeSelect>
      </Field>
    </>
  );
}

/** An exam that was taken here, by the name that it was set under. */
function ExamParts({ name, one, errors, onChange }: PartsProps) {
  const trpc = useTRPC();
  const { data: exams = [] } = useQuery(trpc.credentials.namedExams.queryOptions());
  const isKnown = one.specialty === '' || exams.some((exam) => exam.specialty === one.specialty);
  return (
    <Field
      label="Which"
      name={`${name}.specialty`}
      error={errors[`${name}.specialty`]}
      hint={exams.length === 0 ? 'No exam is set yet.' : 'Taken here, paid, with a pass level and an end.'}
      className="sm:col-span-6"
    >
      <NativeSelect value={one.specialty} onChange={(event) => onChange({ specialty: event.target.value })}>
        <option value="">Any of them</option>
        {isKnown ? null : <option value={one.specialty}>{one.specialty} (closed)</option>}
        {exams.map(({ specialty, isOfPlatform }) => (
          <option key={specialty} value={specialty}>
            {specialty}
            {isOfPlatform ? '' : ' (yours)'}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}

function PlaceParts({ name, one, errors, onChange }: PartsProps) {
  const upper = (text: string) => text.toUpperCase().trim();
  return (
    <>
      <Field
        label="Specialty"
        name={`${name}.specialty`}
        error={errors[`${name}.specialty`]}
        className="sm:col-span-6"
      >
        <Input value={one.specialty} onChange={(event) => onChange({ specialty: event.target.value })} />
      </Field>
      <Field
        label="NUCC code"
        name={`${name}.taxonomyCode`}
        error={errors[`${name}.taxonomyCode`]}
        className="sm:col-span-4"
      >
        <Input
          value={one.taxonomyCode}
          maxLength={10}
          onChange={(event) => onChange({ taxonomyCode: upper(event.target.value) })}
        />
      </Field>
      <Field
        label="Country"
        name={`${name}.jurisdiction`}
        error={errors[`${name}.jurisdiction`]}
        className="sm:col-span-3"
      >
        <Input
          value={one.jurisdiction}
          maxLength={2}
          onChange={(event) => onChange({ jurisdiction: upper(event.target.value) })}
        />
      </Field>
      <Field
        label="US state"
        name={`${name}.region`}
        error={errors[`${name}.region`]}
        className="sm:col-span-2"
      >
        <Input
          value={one.region}
          maxLength={2}
          onChange={(event) => onChange({ region: upper(event.target.value) })}
        />
      </Field>
      <Field
        label="Years of practice"
        name={`${name}.minYears`}
        error={errors[`${name}.minYears`]}
        className="sm:col-span-3"
      >
        <Input
          inputMode="numeric"
          value={one.minYears}
          onChange={(event) => onChange({ minYears: event.target.value })}
        />
      </Field>
    </>
  );
}
