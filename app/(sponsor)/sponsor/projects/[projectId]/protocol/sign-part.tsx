'use client';

import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleDashed } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { CopyId } from '#app/_ui/copy-id.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { type Signature, SignDialog } from '#app/_ui/sign-dialog.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { SigningRole } from '#server/protocols/signing-rules.ts';
import type { ProtocolView } from '#server/protocols/view-protocol.ts';

const ROLE_WORDS: Record<SigningRole, string> = { clinical_lead: 'Clinical lead', ml_lead: 'ML lead' };
const ROLES: readonly SigningRole[] = ['clinical_lead', 'ml_lead'];

/** Both signatures: given, or waiting; with the button for whoever may give one. */
export function SignPart({ view }: { view: ProtocolView }) {
  const { current, signatures, mine } = view;
  if (current === null) return null;
  const isOpen = current.status === 'draft' || current.status === 'partially_signed';
  return (
    <section aria-labelledby="signatures-title" className="flex flex-col gap-2">
      <h2 id="signatures-title" className="font-semibold text-sm">
        Signatures
      </h2>
      <ul className="flex flex-col gap-2 text-sm">
        {ROLES.map((role) => {
          const given = signatures.find((one) => one.role === role);
          return (
            <li key={role} className="flex items-start gap-2">
              {given ? (
                <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
              ) : (
                <CircleDashed aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
              )}
              <span>
                {ROLE_WORDS[role]}
                <span className="block text-ink-3 text-xs">
                  {given ? (
                    <>
                      {given.name}, <DateTime at={given.signedAt} />
                    </>
                  ) : (
                    'has not signed'
                  )}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
      <p className="flex items-center gap-2 text-ink-3 text-xs">
        Content <CopyId id={current.contentSha256} shown={12} />
      </p>
      {isOpen
        ? mine.roles
            .filter(({ role }) => !signatures.some((one) => one.role === role))
            .map((one) => <SignButton key={one.role} view={view} {...one} />)
        : null}
    </section>
  );
}

function SignButton({ view, role, meaning }: { view: ProtocolView; role: SigningRole; meaning: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const reauthenticate = useMutation(trpc.identity.reauthenticate.mutationOptions());
  const sign = useMutation(trpc.protocols.sign.mutationOptions());
  const { current, mine } = view;
  if (current === null) return null;
  const version = current;
  async function onSign({ typedName, password, code }: Signature) {
    try {
      await reauthenticate.mutateAsync({ password, code });
      const { status } = await sign.mutateAsync({
        protocolVersionId: version.id,
        contentSha256: version.contentSha256,
        role,
        typedName,
      });
      toast.success(
        status === 'signed'
          ? `Protocol v${version.version} is in force.`
          : 'Signed. The other lead signs next.',
      );
      router.refresh();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : 'The signature could not be given. Try again.';
    }
  }
  return (
    <SignDialog
      subject={`protocol v${current.version}`}
      meaning={meaning}
      signerName={mine.name}
      contentHash={current.contentSha256}
      trigger={<Button variant="primary">Sign as {ROLE_WORDS[role].replace('Clinical', 'clinical')}</Button>}
      onSign={onSign}
    >
      <p className="text-ink-2 text-sm">
        You sign the guidelines, {counted(current.labelSchema.fields.length, 'field')},{' '}
        {counted(current.labelSchema.rules.length, 'rule')} and{' '}
        {counted(current.edgeCases.length, 'edge case')} as they are on this page. Nothing of it can change
        afterwards.
      </p>
      {current.changeClass === null ? null : (
        <p className="text-ink-2 text-sm">
          With both signatures,{' '}
          {current.changeClass === 'breaking'
            ? 'batches under way go on by their own version, and awards are priced anew before batches use this one.'
            : 'whoever reads by an older version is told, and sees beside their cases what this one says more clearly.'}{' '}
          Drafts are moved to it before they open.
        </p>
      )}
    </SignDialog>
  );
}
