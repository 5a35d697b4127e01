'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { type AccessQueryView, registerIncidentInput } from '#server/incidents/schemas.ts';
import { AskAccessLog } from './ask-access-log.tsx';

/** What happened, when and by whom it was noticed, and which files; who had opened them comes from the access log. */
export function RegisterForm({ datasetId, cases }: { datasetId: string; cases: number }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [found, setFound] = useState<AccessQueryView | null>(null);
  const [isOnlyFound, setIsOnlyFound] = useState(false);
  const [isAgent, setIsAgent] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const fileIds = found?.assetIds ?? null;
  const canNarrow = fileIds !== null && fileIds.length > 0;

  async function register(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { discoveredAt, ...values } = readForm(event.currentTarget);
    const input = registerIncidentInput.safeParse({
      ...values,
      datasetId,
      discoveredAt: new Date(String(discoveredAt)),
      isAgent,
      ...(isOnlyFound && canNarrow ? { assetIds: fileIds } : {}),
    });
    if (!input.success) {
      setProblems(
        formProblems(input.error).map((one) =>
          one.name === 'discoveredAt'
            ? { ...one, message: 'Say when it was first known: day and time.' }
            : one,
        ),
      );
      return;
    }
    setIsPending(true);
    try {
      await client.incidents.register.mutate(input.data);
      toast.success('It is in the register, and its due times run.');
      router.push('/operator/incidents/register');
    } catch (error) {
      setProblems(refusalProblems(error));
      setIsPending(false);
    }
  }

  const errors = byField(problems);
  return (
    <div className="flex flex-col gap-8">
      <AskAccessLog datasetId={datasetId} found={found} onFound={setFound} />
      <section aria-labelledby="register-title" className="max-w-[720px]">
        <h2 id="register-title" className="mb-3 font-semibold text-lg">
          What goes into the register
        </h2>
        <form noValidate onSubmit={register} className="flex flex-col gap-4">
          <FormErrorSummary problems={problems} />
          <Field label="How it came up" name="source" error={errors.source}>
            <NativeSelect name="source" defaultValue="report">
              <option value="report">Somebody reported it</option>
              <option value="audit_query">The access log showed it</option>
            </NativeSelect>
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              label="Discovered"
              name="discoveredAt"
              hint="When anybody of ours first knew, in your time"
              error={errors.discoveredAt}
              required
            >
              <Input type="datetime-local" name="discoveredAt" />
            </Field>
            <Field
              label="By whom"
              name="discovererRole"
              hint="By role, never by name"
              error={errors.discovererRole}
              required
            >
              <Input name="discovererRole" placeholder="The sponsor’s privacy officer" />
            </Field>
          </div>
          <Field
            label="What happened"
            name="account"
            hint="Without names or anything of the data"
            error={errors.account}
            required
          >
            <Textarea name="account" rows={4} />
          </Field>
          {canNarrow ? (
            <Checkbox
              label={`Only the ${fileIds.length.toLocaleString('en')} files that were opened in the time asked about, not all ${cases.toLocaleString('en')} cases`}
              checked={isOnlyFound}
              onCheckedChange={(is) => setIsOnlyFound(is === true)}
            />
          ) : null}
          <Checkbox
            label="The platform acts as the sponsor’s agent here: the sponsor counts as knowing from the same moment."
            checked={isAgent}
            onCheckedChange={(is) => setIsAgent(is === true)}
          />
          <div className="flex justify-end">
            <Button type="submit" variant="primary" pending={isPending}>
              Register incident
            </Button>
          </div>
        </form>
      </section>
    </div>
  );
}
