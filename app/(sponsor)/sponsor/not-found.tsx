import { PageNotFound } from '#app/_shell/page-not-found.tsx';

export default function NotFound() {
  return <PageNotFound />;
}
