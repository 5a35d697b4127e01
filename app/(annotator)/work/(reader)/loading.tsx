import { PageSkeleton } from '#app/_shell/page-skeleton.tsx';

export default function Loading() {
  return <PageSkeleton />;
}
