'use client';

import { useState } from 'react';
import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { formProblems } from '#app/_shell/read-form.ts';
import { sendForm } from '#app/_shell/send-form.ts';
import { Field } from '#app/_ui/field.tsx';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { type DatasetEvidence, renewEvidenceInput, type SafeHarborItem } from '#server/datasets/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { DicomHeaders } from './dicom-headers.tsx';
import { DocumentFields } from './document-fields.tsx';
import { EVIDENCE_WORDS } from './evidence-words.ts';
import type { HeaderLook } from './look-at-headers.ts';
import { HintsByKind, type IdentifierHint, SafeHarborChecklist } from './safe-harbor-checklist.tsx';

export type RenewEvidenceProps = {
  datasetId: string;
  name: string;
  kinds: readonly DatasetEvidence['kind'][];
  expiresOn: string | null;
  /** What the detectors found in the cases when they were imported. */
  hints: readonly IdentifierHint[];
};

/** New evidence for a data set: its document, and for Safe Harbor the list of eighteen with what was found beside it. */
export function RenewEvidence({ datasetId, name, kinds, expiresOn, hints }: RenewEvidenceProps) {
  const [kind, setKind] = useState<DatasetEvidence['kind']>(kinds[0] ?? 'licence');
  const [file, setFile] = useState<File | null>(null);
  const [checked, setChecked] = useState<readonly SafeHarborItem[]>([]);
  const [noActualKnowledge, setNoActualKnowledge] = useState(false);
  const [headers, setHeaders] = useState<HeaderLook | null>(null);
  const shown = headers === null ? hints : [...hints, ...headers.hints];
  const isSafeHarbor = kind === 'safe_harbor_checklist';

  async function send(values: Record<string, unknown>): Promise<FormProblem[] | null> {
    const { evidence = {}, documentScope } = values as {
      evidence?: Record<string, string>;
      documentScope?: string;
    };
    const parsed = renewEvidenceInput.safeParse({
      datasetId,
      evidence: {
        kind,
        issuer: evidence.issuer ?? '',
        reference: evidence.reference ?? '',
        issuedOn: evidence.issuedOn || null,
        expiresOn: evidence.expiresOn || null,
        sha256: null,
        ...(isSafeHarbor ? { checklist: [...checked] } : {}),
        ...(headers === null ? {} : { headerCheck: headers.check }),
      },
      noActualKnowledge,
      documentScope,
    });
    if (!parsed.success) return formProblems(parsed.error);
    return sendForm('/api/uploads/dataset-evidence', parsed.data, file);
  }

  return (
    <FormDialog
      verb="Renew evidence"
      label={`Renew evidence of ${name}`}
      size="sm"
      dialogSize="lg"
      title={`Renew the evidence of ${name}`}
      description={
        expiresOn === null
          ? 'What makes the class of the data believable. The earlier evidence stays in the audit trail.'
          : `The present one holds until ${sayDay(expiresOn)}; after that day nothing opens until it is renewed.`
      }
      done="The gate goes by the new evidence from now on."
      onSend={send}
    >
      {(errors) => (
        <>
          <EvidenceFields kind={kind} kinds={kinds} errors={errors} onKind={setKind} />
          <DocumentFields kind={kind} errors={errors} onFile={setFile} />
          {isSafeHarbor || kind === 'expert_determination' ? <DicomHeaders onLook={setHeaders} /> : null}
          {isSafeHarbor ? (
            <SafeHarborChecklist
              checked={checked}
              noActualKnowledge={noActualKnowledge}
              hints={shown}
              errors={errors}
              onChecked={setChecked}
              onNoActualKnowledge={setNoActualKnowledge}
            />
          ) : kind === 'expert_determination' ? (
            <HintsByKind hints={shown} />
          ) : null}
        </>
      )}
    </FormDialog>
  );
}

/** Kind, issuer, reference and dates of the evidence, the same at import and on renewal. */
export function EvidenceFields({
  kind,
  kinds,
  errors,
  onKind,
}: {
  kind: DatasetEvidence['kind'];
  kinds: readonly DatasetEvidence['kind'][];
  errors: Partial<Record<string, string>>;
  onKind: (kind: DatasetEvidence['kind']) => void;
}) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Kind" name="evidence.kind" error={errors['evidence.kind']}>
        <NativeSelect
          name="evidence.kind"
          value={kind}
          onChange={(event) => onKind(kinds.find((one) => one === event.target.value) ?? kind)}
        >
          {kinds.map((one) => (
            <option key={one} value={one}>
              {EVIDENCE_WORDS[one]}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field
        label="Issued by"
        name="evidence.issuer"
        hint={kind === 'expert_determination' ? 'The expert, with what makes them one' : undefined}
        error={errors['evidence.issuer']}
      >
        <Input name="evidence.issuer" />
      </Field>
      <Field
        label="Reference"
        name="evidence.reference"
        hint="Document number, licence name or link"
        error={errors['evidence.reference']}
        className="sm:col-span-2"
      >
        <Input name="evidence.reference" />
      </Field>
      <Field label="Issued on" name="evidence.issuedOn" error={errors['evidence.issuedOn']} optional>
        <Input type="date" name="evidence.issuedOn" />
      </Field>
      <Field label="Holds until" name="evidence.expiresOn" error={errors['evidence.expiresOn']} optional>
        <Input type="date" name="evidence.expiresOn" />
      </Field>
    </div>
  );
}
