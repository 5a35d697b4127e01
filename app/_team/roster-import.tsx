'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { type CallErrorData, callErrorData } from '#app/_trpc/query-client.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Invites staff from a CSV file; a wrong file changes nothing and every wrong line is listed. */
export function RosterImport() {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [refusal, setRefusal] = useState<{ message: string; details: CallErrorData['details'] } | null>(null);
  const load = useMutation(
    trpc.identity.importRoster.mutationOptions({
      onSuccess: ({ invited, alreadyInvited, alreadyMembers }) => {
        setIsOpen(false);
        const known = alreadyInvited + alreadyMembers;
        toast.success(`${invited} invited${known === 0 ? '' : `; ${known} were already here or invited`}.`);
        router.refresh();
      },
      onError: (error) =>
        setRefusal({ message: error.message, details: callErrorData(error)?.details ?? [] }),
    }),
  );

  async function take(file: File | undefined) {
    setRefusal(null);
    if (file === undefined) return;
    if (file.size > 1_000_000) {
      setRefusal({ message: 'The file is larger than 1 MB. Split it.', details: [] });
      return;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 8_192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
    load.mutate({ contentBase64: btoa(text) });
  }

  return (
    <Dialog
      title="Import a roster"
      description="Everybody in the file is invited by mail, or nobody when a line is wrong. Importing it again changes nothing."
      trigger={<Button>Import a roster…</Button>}
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <div className="flex flex-col gap-4">
        <Field
          label="Staff list"
          hint="CSV with the columns name, email, role. Roles: vendor_annotator, qa_lead, staffing_lead, vendor_finance, vendor_owner."
        >
          <FileDrop
            accept=".csv,text/csv"
            hint="CSV (UTF-8), up to 1 MB"
            disabled={load.isPending}
            onFiles={(files) => void take(files[0])}
          />
        </Field>
        {refusal === null ? null : (
          <div role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-critical-ink text-sm">
            <p className="font-medium">{refusal.message}</p>
            {refusal.details.length === 0 ? null : (
              <ul className="mt-1 max-h-60 list-disc overflow-y-auto pl-5">
                {refusal.details.map((one) => (
                  <li key={one.code}>
                    Line {one.line}, {one.path}: {one.message}
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
      </div>
    </Dialog>
  );
}
