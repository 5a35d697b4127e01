import type { Metadata } from 'next';
import { AgreementPage } from '#app/_agreements/agreement-page.tsx';

export const metadata: Metadata = { title: 'Agreement' };

/** One agreement: read it, sign it, end it. */
export default async function Page({ params }: { params: Promise<{ agreementId: string }> }) {
  return <AgreementPage agreementId={(await params).agreementId} area="/work" />;
}
