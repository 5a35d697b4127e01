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
import { Textarea } from '#app/_ui/textarea.tsx';

/** Puts a reader's report into the register: from then on its due times run and it is assessed, told and closed there. */
export function RegisterIncident({ batchId, flagId }: { batchId: string; flagId: string }) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [account, setAccount] = useState('');
  const [isAgent, setIsAgent] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function register() {
    setIsPending(true);
    try {
      await client.incidents.register.mutate({ source: 'phi_seen', batchId, flagId, account, isAgent });
      router.push('/operator/incidents/register');
    } catch (error) {
      setProblems(refusalProblems(error));
    }
    setIsPending(false);
  }

  return (
    <Dialog
      title="Put it in the register"
      description="It was discovered when the reader reported it. Who had opened the files is taken from the access log."
      trigger={<Button size="sm">Register…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="primary" pending={isPending} onClick={register}>
          Register incident
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <Field
          label="What happened"
          name="account"
          hint="Without names or anything of the data"
          error={byField(problems).account}
        >
          <Textarea value={account} rows={4} onChange={(event) => setAccount(event.target.value)} />
        </Field>
        <Checkbox
          label="The platform acts as the sponsor’s agent here: the sponsor counts as knowing from the same moment."
          checked={isAgent}
          onCheckedChange={(checked) => setIsAgent(checked === true)}
        />
      </div>
    </Dialog>
  );
}
