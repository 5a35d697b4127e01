'use client';

import { PageError, type PageErrorProps } from '#app/_shell/page-error.tsx';

export default function ErrorPage(props: PageErrorProps) {
  return (
    <main className="mx-auto max-w-[720px] px-4 py-16">
      <h1 className="sr-only">Error</h1>
      <PageError {...props} />
    </main>
  );
}
