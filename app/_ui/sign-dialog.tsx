'use client';

import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { Button } from './button.tsx';
import { Checkbox } from './checkbox.tsx';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { Input } from './input.tsx';
import { CodeField } from './second-factor.tsx';

export type Signature = {
  typedName: string;
  title: string;
  password: string;
  /** Of the authenticator app; empty when none was typed. */
  code: string;
  meaning: string;
};

export type SignDialogProps = {
  /** What is signed, such as "Protocol v2". */
  subject: string;
  /** What the signature means, in the signer's voice: "I approve this protocol for reading." */
  meaning: string;
  /** The name the signer must type, as on the account. */
  signerName: string;
  /** Asks for the signer's title as well (agreements). */
  askTitle?: boolean | undefined;
  /** SHA-256 of the exact bytes signed. */
  contentHash?: string | undefined;
  /** What is shown above the fields: terms, a link to the document. */
  children?: ReactNode;
  trigger?: ReactNode;
  open?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
  /** Returns the sentence to show when signing was refused, nothing when it was done. */
  onSign: (signature: Signature) => Promise<string | undefined>;
};

const sameName = (a: string, b: string) =>
  a.trim().replaceAll(/\s+/g, ' ').toLocaleLowerCase() ===
  b.trim().replaceAll(/\s+/g, ' ').toLocaleLowerCase();

/**
 * An electronic signature with re-authentication: typed name, password, a code where the account has a second factor,
 * and the meaning agreed to. Nothing is ticked beforehand; password and code are dropped after each try.
 */
export function SignDialog(props: SignDialogProps) {
  const [innerOpen, setInnerOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const open = props.open ?? innerOpen;
  const setOpen = (next: boolean) => {
    setInnerOpen(next);
    props.onOpenChange?.(next);
  };
  return (
    <Dialog
      title={`Sign ${props.subject}`}
      description="Your signature is kept with the exact content you saw, your name, and the time."
      trigger={props.trigger}
      open={open}
      onOpenChange={(next) => {
        // While a signature is under way its answer has to find the page open: it may be a refusal.
        if (next || !pending) setOpen(next);
      }}
    >
      {props.children ? <div className="mb-4">{props.children}</div> : null}
      <SignForm {...props} pending={pending} setPending={setPending} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

type Problems = { typedName?: string; title?: string; password?: string; agreed?: string; whole?: string };

function findProblems(signature: Signature, agreed: boolean, props: SignDialogProps): Problems {
  const problems: Problems = {};
  if (!sameName(signature.typedName, props.signerName)) {
    problems.typedName = `Type your name as on your account: ${props.signerName}.`;
  }
  if (props.askTitle && signature.title.trim() === '') problems.title = 'Say in what role you sign.';
  if (signature.password === '') problems.password = 'Enter your password to confirm it is you.';
  if (!agreed) problems.agreed = 'Tick the statement if it is what you mean to sign.';
  return problems;
}

type SignFormProps = SignDialogProps & {
  pending: boolean;
  setPending: (pending: boolean) => void;
  onDone: () => void;
};

function SignForm({ pending, setPending, onDone, ...props }: SignFormProps) {
  const consentId = useId();
  const [typedName, setTypedName] = useState('');
  const [title, setTitle] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [agreed, setAgreed] = useState(false);
  const [problems, setProblems] = useState<Problems>({});

  async function sign(event: FormEvent) {
    event.preventDefault();
    const signature = {
      typedName: typedName.trim(),
      title: title.trim(),
      password,
      code: code.trim(),
      meaning: props.meaning,
    };
    const found = findProblems(signature, agreed, props);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    setPending(true);
    const refusal = await props
      .onSign(signature)
      .catch(() => 'The signature could not be sent. Nothing was signed; try again.');
    setPending(false);
    setPassword('');
    setCode('');
    if (refusal === undefined) onDone();
    else setProblems({ whole: refusal });
  }

  return (
    <form noValidate onSubmit={sign} className="flex flex-col gap-4">
      {problems.whole ? (
        <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-critical-ink text-sm">
          {problems.whole}
        </p>
      ) : null}
      <Field label="Type your full name" error={problems.typedName} hint={props.signerName}>
        <Input autoComplete="off" value={typedName} onChange={(event) => setTypedName(event.target.value)} />
      </Field>
      {props.askTitle ? (
        <Field label="Title" error={problems.title}>
          <Input
            autoComplete="organization-title"
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        </Field>
      ) : null}
      <Field label="Password" error={problems.password}>
        <Input
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <CodeField value={code} onChange={setCode} />
      <div className="rounded-md border border-line bg-sunken p-3">
        <Checkbox
          id={consentId}
          label={props.meaning}
          checked={agreed}
          aria-invalid={problems.agreed ? true : undefined}
          onCheckedChange={(checked) => setAgreed(checked === true)}
        />
        {problems.agreed ? <p className="mt-1 pl-6 text-critical-ink text-xs">{problems.agreed}</p> : null}
      </div>
      {props.contentHash ? (
        <p className="break-all font-mono text-ink-3 text-xs">SHA-256 {props.contentHash}</p>
      ) : null}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" pending={pending}>
          Sign {props.subject}
        </Button>
      </div>
    </form>
  );
}
