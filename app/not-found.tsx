import { PageNotFound } from '#app/_shell/page-not-found.tsx';

export default function NotFound() {
  return (
    <main className="mx-auto max-w-[720px] px-4 py-16">
      <h1 className="sr-only">Not found</h1>
      <PageNotFound />
    </main>
  );
}
