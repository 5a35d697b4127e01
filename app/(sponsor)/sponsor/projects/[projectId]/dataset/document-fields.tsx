import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { needsDocument } from '#server/datasets/rules.ts';
import type { DatasetEvidence } from '#server/datasets/schemas.ts';
import { EVIDENCE_WORDS } from './evidence-words.ts';

/** The document behind the evidence with its scope; both are asked for where the evidence is that document. */
export function DocumentFields({
  kind,
  errors,
  onFile,
}: {
  kind: DatasetEvidence['kind'];
  errors: Partial<Record<string, string>>;
  onFile: (file: File | null) => void;
}) {
  if (kind === 'none') return null;
  const isAsked = needsDocument(kind);
  const need = isAsked ? { required: true as const } : { optional: true as const };
  return (
    <>
      <Field
        label={`Document: ${EVIDENCE_WORDS[kind]}`}
        name="document"
        hint="Kept with the dataset for good; an operator can open it"
        error={errors.document}
        {...need}
      >
        <FileDrop
          accept=".pdf,application/pdf"
          hint="PDF, up to 20 MB, without data of patients"
          onFiles={([chosen]) => onFile(chosen ?? null)}
        />
      </Field>
      <Field
        label="What it covers"
        name="documentScope"
        hint="Which data, from where, for what purpose and recipients"
        error={errors.documentScope}
        {...need}
      >
        <Textarea name="documentScope" rows={2} />
      </Field>
    </>
  );
}
