'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { type DatasetEvidence, SAFE_HARBOR_ITEMS } from '#server/datasets/schemas.ts';
import { EVIDENCE_WORDS, SAFE_HARBOR_WORDS } from './evidence-words.ts';

export type RenewEvidenceProps = {
  datasetId: string;
  name: string;
  kinds: readonly DatasetEvidence['kind'][];
  expiresOn: string | null;
};

type Item = (typeof SAFE_HARBOR_ITEMS)[number];

/** New evidence for a data set; a Safe Harbor checklist is gone through one item at a time, none ticked beforehand. */
export function RenewEvidence({ datasetId, name, kinds, expiresOn }: RenewEvidenceProps) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [kind, setKind] = useState<DatasetEvidence['kind']>(kinds[0] ?? 'licence');
  const [issuer, setIssuer] = useState('');
  const [reference, setReference] = useState('');
  const [issuedOn, setIssuedOn] = useState('');
  const [until, setUntil] = useState('');
  const [checklist, setChecklist] = useState<readonly Item[]>([]);
  const [noActualKnowledge, setNoActualKnowledge] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const isSafeHarbor = kind === 'safe_harbor_checklist';

  async function renew() {
    setIsPending(true);
    try {
      await client.datasets.renewEvidence.mutate({
        datasetId,
        evidence: {
          kind,
          issuer,
          reference,
          issuedOn: issuedOn === '' ? null : issuedOn,
          expiresOn: until === '' ? null : until,
          sha256: null,
          ...(isSafeHarbor ? { checklist: [...checklist] } : {}),
        },
        noActualKnowledge,
      });
      setIsOpen(false);
      setProblems([]);
      toast.success('The gate goes by the new evidence from now on.');
      router.refresh();
    } catch (error) {
      setProblems(refusalProblems(error));
    }
    setIsPending(false);
  }

  const errors = byField(problems);
  return (
    <Dialog
      size={isSafeHarbor ? 'lg' : 'md'}
      title={`Renew the evidence of ${name}`}
      description={
        expiresOn === null
          ? 'What makes the class of the data believable. The earlier evidence stays in the audit trail.'
          : `The present one holds until ${expiresOn}; after that day nothing opens until it is renewed.`
      }
      trigger={<Button size="sm">Renew evidence…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="primary" pending={isPending} onClick={renew}>
          Renew evidence
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <Field label="Kind" name="evidence.kind" error={errors['evidence.kind']}>
          <NativeSelect
            value={kind}
            onChange={(event) => setKind(kinds.find((one) => one === event.target.value) ?? kind)}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {EVIDENCE_WORDS[one]}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Issued by" name="evidence.issuer" error={errors['evidence.issuer']}>
            <Input value={issuer} onChange={(event) => setIssuer(event.target.value)} />
          </Field>
          <Field label="Reference" name="evidence.reference" error={errors['evidence.reference']}>
            <Input value={reference} onChange={(event) => setReference(event.target.value)} />
          </Field>
          <Field label="Issued on" name="evidence.issuedOn" optional error={errors['evidence.issuedOn']}>
            <Input type="date" value={issuedOn} onChange={(event) => setIssuedOn(event.target.value)} />
          </Field>
          <Field label="Holds until" name="evidence.expiresOn" optional error={errors['evidence.expiresOn']}>
            <Input type="date" value={until} onChange={(event) => setUntil(event.target.value)} />
          </Field>
        </div>
        {isSafeHarbor ? (
          <fieldset className="flex flex-col gap-2">
            <legend className="pb-1 font-medium text-sm">Gone through and removed</legend>
            <div className="grid gap-2 sm:grid-cols-2">
              {SAFE_HARBOR_ITEMS.map((item) => (
                <Checkbox
                  key={item}
                  label={SAFE_HARBOR_WORDS[item]}
                  checked={checklist.includes(item)}
                  onCheckedChange={(checked) =>
                    setChecklist(
                      checked === true ? [...checklist, item] : checklist.filter((one) => one !== item),
                    )
                  }
                />
              ))}
            </div>
            {errors['evidence.checklist'] ? (
              <p className="text-critical-ink text-xs">{errors['evidence.checklist']}</p>
            ) : null}
            <Checkbox
              label="We know of no way in which anybody could be recognised in what is left."
              checked={noActualKnowledge}
              aria-invalid={errors.noActualKnowledge ? true : undefined}
              onCheckedChange={(checked) => setNoActualKnowledge(checked === true)}
            />
            {errors.noActualKnowledge ? (
              <p className="text-critical-ink text-xs">{errors.noActualKnowledge}</p>
            ) : null}
          </fieldset>
        ) : null}
      </div>
    </Dialog>
  );
}
