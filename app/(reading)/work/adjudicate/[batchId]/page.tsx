import type { Metadata } from 'next';
import { OpenDesk } from '#app/(reading)/_parts/open-desk.tsx';

export const metadata: Metadata = { title: 'Adjudicate · Readroom' };

export default async function AdjudicateBatchPage({ params }: { params: Promise<{ batchId: string }> }) {
  const { batchId } = await params;
  return <OpenDesk batchId={batchId} tier="adjudicate" />;
}
