import type { Metadata } from 'next';
import { OpenDesk } from '#app/(reading)/_parts/open-desk.tsx';

export const metadata: Metadata = { title: 'Audit · Readroom' };

export default async function AuditBatchPage({ params }: { params: Promise<{ batchId: string }> }) {
  const { batchId } = await params;
  return <OpenDesk batchId={batchId} tier="audit" />;
}
