'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { hashDocument } from '#app/_agreements/hash-document.ts';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { type Signature, SignDialog } from '#app/_ui/sign-dialog.tsx';
import { toast } from '#app/_ui/toast.ts';
import { documentHref } from './version-words.ts';

export type SignVersionProps = {
  versionId: string;
  title: string;
  documentSha256: string;
  name: string;
  authorityStatement: string;
  consent: { version: string; text: string };
};

/** Consent, then name, title and password over the exact bytes; nothing is ticked beforehand. */
export function SignVersion(props: SignVersionProps) {
  const client = useTRPCClient();
  const router = useRouter();
  const [consented, setConsented] = useState(false);
  const [isOpen, setIsOpen] = useState(false);
  const [asked, setAsked] = useState(false);

  async function sign({ typedName, title, password, code }: Signature): Promise<string | undefined> {
    try {
      await client.identity.reauthenticate.mutate({ password, code });
      const seen = (await hashDocument(documentHref(props.versionId, 'original'))) ?? props.documentSha256;
      const { status } = await client.contracts.sign.mutate({
        versionId: props.versionId,
        typedName,
        title,
        authority: true,
        consentVersion: props.consent.version,
        documentSha256: seen,
      });
      toast.success(status === 'agreed' ? 'Signed by both sides.' : 'Signed. It waits for the other side.');
      router.refresh();
      return undefined;
    } catch (error) {
      return refusalProblems(error)
        .map((problem) => problem.message)
        .join(' ');
    }
  }

  return (
    <div className="flex max-w-[720px] flex-col items-start gap-3">
      <Checkbox
        label={props.consent.text}
        checked={consented}
        aria-invalid={asked && !consented ? true : undefined}
        onCheckedChange={(checked) => setConsented(checked === true)}
      />
      {asked && !consented ? (
        <p className="text-critical-ink text-xs">Tick this if you agree to sign electronically.</p>
      ) : null}
      <Button
        variant="primary"
        onClick={() => {
          setAsked(true);
          if (consented) setIsOpen(true);
        }}
      >
        Sign {props.title.charAt(0).toLowerCase() + props.title.slice(1)}
      </Button>
      <SignDialog
        subject={props.title}
        meaning={props.authorityStatement}
        signerName={props.name}
        askTitle
        contentHash={props.documentSha256}
        open={isOpen}
        onOpenChange={setIsOpen}
        onSign={sign}
      />
    </div>
  );
}
