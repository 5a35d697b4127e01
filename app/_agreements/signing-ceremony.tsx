'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { type Signature, SignDialog } from '#app/_ui/sign-dialog.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { toast } from '#app/_ui/toast.ts';
import { documentHref } from './agreement-words.ts';
import { hashDocument } from './hash-document.ts';

export type SigningCeremonyProps = {
  agreementId: string;
  title: string;
  signerName: string;
  consent: { version: string; text: string };
  authorityStatement: string;
  documentSha256: string;
};

/** Read, consent to sign electronically, sign with name, title and password. Nothing is ticked beforehand. */
export function SigningCeremony(props: SigningCeremonyProps) {
  const client = useTRPCClient();
  const router = useRouter();
  const [consented, setConsented] = useState(false);
  const [isOpen, setIsOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const href = documentHref(props.agreementId, 'original');

  async function sign({ typedName, title, password, code }: Signature): Promise<string | undefined> {
    try {
      await client.identity.reauthenticate.mutate({ password, code });
      const seen = (await hashDocument(href)) ?? props.documentSha256;
      const { status } = await client.agreements.sign.mutate({
        agreementId: props.agreementId,
        typedName,
        title,
        authority: true,
        consentVersion: props.consent.version,
        documentSha256: seen,
      });
      toast.success(
        status === 'active'
          ? 'Signed by both sides. It is in force.'
          : 'Signed. It waits for the other side.',
      );
      router.refresh();
      return undefined;
    } catch (error) {
      return refusalProblems(error)
        .map((problem) => problem.message)
        .join(' ');
    }
  }

  return (
    <section className="flex flex-col gap-3" aria-label="Sign">
      <h2 className="font-semibold text-base">Sign</h2>
      <ol className="flex list-decimal flex-col gap-3 pl-5 text-sm">
        <li>
          Read the text, or <TextLink href={href}>open the PDF</TextLink>: its exact bytes are what you sign.
        </li>
        <li>
          <Checkbox
            label={props.consent.text}
            checked={consented}
            aria-invalid={asked && !consented ? true : undefined}
            onCheckedChange={(checked) => setConsented(checked === true)}
          />
          {asked && !consented ? (
            <p className="mt-1 text-critical-ink text-xs">Tick this if you agree to sign electronically.</p>
          ) : null}
        </li>
        <li>Type your name and title and confirm that it is you.</li>
      </ol>
      <Button
        variant="primary"
        onClick={() => {
          setAsked(true);
          if (consented) setIsOpen(true);
        }}
      >
        Sign agreement
      </Button>
      <SignDialog
        subject={props.title}
        meaning={props.authorityStatement}
        signerName={props.signerName}
        askTitle
        contentHash={props.documentSha256}
        open={isOpen}
        onOpenChange={setIsOpen}
        onSign={sign}
      />
    </section>
  );
}
