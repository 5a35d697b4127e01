'use client';

import { createContext, type ReactNode, useContext } from 'react';
import { Field } from './field.tsx';
import { Input } from './input.tsx';

const SecondFactor = createContext(false);

/** Says to everything below whether the signed-in person confirms with a code as well. */
export function SecondFactorProvider({ isOn, children }: { isOn: boolean; children: ReactNode }) {
  return <SecondFactor value={isOn}>{children}</SecondFactor>;
}

export type CodeFieldProps = {
  value: string;
  onChange: (code: string) => void;
  error?: string | undefined;
  hint?: string | undefined;
  /** Shown whoever asks, such as at sign-in, where nobody is known yet. */
  always?: boolean | undefined;
};

/** The code of an authenticator app, or a recovery code; nothing for people who have none. */
export function CodeField({
  value,
  onChange,
  error,
  hint = 'Six digits, or a recovery code. Not needed within five minutes of the last one.',
  always = false,
}: CodeFieldProps) {
  const isOn = useContext(SecondFactor);
  if (!isOn && !always) return null;
  return (
    <Field label="Code of your authenticator app" name="code" hint={hint} error={error}>
      <Input
        name="code"
        value={value}
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={40}
        className="font-mono tracking-wide"
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
