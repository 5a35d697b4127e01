/** What to say when signing in did not work, by the reason the server gives. */
const REFUSALS: Record<string, string> = {
  sign_in_failed: 'The e-mail address or the password is not right.',
  CredentialsSignin: 'The e-mail address or the password is not right.',
  sign_in_throttled:
    'Too many wrong passwords for this address. Wait until the next full hour and try again.',
};

/** Signs in and sets the session cookie; returns the sentence to show when it did not work, or null. */
export async function enter(email: string, password: string): Promise<string | null> {
  const { signIn } = await import('next-auth/react');
  try {
    const answer = await signIn('credentials', { redirect: false, email, password });
    if (answer?.ok && !answer.error) return null;
    return REFUSALS[answer?.error ?? ''] ?? 'Signing in did not work just now. Try again in a moment.';
  } catch {
    return 'Readroom could not be reached. Check the connection and try again.';
  }
}

/** Ends this session on the server, removes the cookie and goes to the sign-in page. */
export async function leave(): Promise<void> {
  const { signOut } = await import('next-auth/react');
  await signOut({ redirect: false }).catch(() => undefined);
  window.location.assign('/sign-in');
}
