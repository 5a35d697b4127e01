'use client';

import { PageError, type PageErrorProps } from '#app/_shell/page-error.tsx';

export default function ErrorPage(props: PageErrorProps) {
  return (
    <main className="mx-auto max-w-[720px] p-6">
      <PageError {...props} />
    </main>
  );
}
