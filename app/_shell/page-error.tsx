'use client';

import { Button } from '#app/_ui/button.tsx';
import { ErrorState } from '#app/_ui/error-state.tsx';

export type PageErrorProps = { error: Error & { digest?: string }; reset: () => void };

/** A page that failed: nothing was lost, what to do, and the reference for the operator. */
export function PageError({ error, reset }: PageErrorProps) {
  return (
    <ErrorState
      title="This page could not be shown"
      reference={error.digest}
      action={<Button onClick={reset}>Load it again</Button>}
    >
      What you had saved is safe. Load the page again; if it happens twice, give the operator the reference.
    </ErrorState>
  );
}
