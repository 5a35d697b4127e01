/** What to say when signing in did not work, by the reason the server gives. */
const REFUSALS: Record<string, string> = {
  sign_in_failed: 'The e-mail address or the password is not right.',
  CredentialsSignin: 'The e-mail address or the password is not right.',
  sign_in_throttled:
    'Too many wrong passwords for this address. Wait until the next full hour and try again.',
  second_factor_required: 'Enter the code that your authenticator app shows, or a recovery code.',
  code_wrong:
    'That code is not right. Use the one your app shows now, and check that the clock of the device is.',
  code_used: 'That code was used already. Wait for the next one, at most 30 seconds.',
  second_factor_throttled: 'Too many wrong codes. Wait until the next full hour and try again.',
};

/** Reasons that come only once address and password are right: what is missing is the code. */
const ABOUT_CODE: ReadonlySet<string> = new Set([
  'second_factor_required',
  'code_wrong',
  'code_used',
  'second_factor_throttled',
]);

/** Why somebody is not in yet, in words, and whether a code of their authenticator app is what is asked for. */
export type EnterRefusal = { words: string; asksCode: boolean };

/** Signs in and sets the session cookie; returns what to say when it did not work, or null. */
export async function enter(email: string, password: string, code = ''): Promise<EnterRefusal | null> {
  const { signIn } = await import('next-auth/react');
  try {
    const answer = await signIn('credentials', { redirect: false, email, password, code });
    if (answer?.ok && !answer.error) return null;
    const reason = answer?.error ?? '';
    const words = REFUSALS[reason] ?? 'Signing in did not work just now. Try again in a moment.';
    return { words, asksCode: ABOUT_CODE.has(reason) };
  } catch {
    return {
      words: 'Readroom could not be reached. Check the connection and try again.',
      asksCode: false,
    };
  }
}

/**
 * Ends this session on the server, removes the cookie and goes to the sign-in page. What a reader kept on this device stays: who signs out
 * by their own wish does so by `useSignOut`.
 */
export async function leave(): Promise<void> {
  const { signOut } = await import('next-auth/react');
  await signOut({ redirect: false }).catch(() => undefined);
  window.location.assign('/sign-in');
}
