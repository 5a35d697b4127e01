'use client';

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { ErrorState } from '#app/_ui/error-state.tsx';
import { Skeleton } from '#app/_ui/skeleton.tsx';
import { Tabs } from '#app/_ui/tabs.tsx';
import { documentHref } from './agreement-words.ts';

export type DocumentViewProps = {
  agreementId: string;
  title: string;
  /** There is a printed document; not while the text is negotiated. */
  hasPdf: boolean;
  /** The clauses as text; the same words as in the PDF, for reading, searching and screen readers. */
  children: ReactNode;
};

/** The agreement to read: its words as text, and the exact PDF. */
export function DocumentView({ agreementId, title, hasPdf, children }: DocumentViewProps) {
  return (
    <Tabs
      label="Document"
      items={[
        { value: 'text', label: 'Text', content: <article aria-label={title}>{children}</article> },
        ...(hasPdf
          ? [{ value: 'pdf', label: 'PDF', content: <PdfFrame agreementId={agreementId} title={title} /> }]
          : []),
      ]}
    />
  );
}

function PdfFrame({ agreementId, title }: { agreementId: string; title: string }) {
  const file = useQuery({
    queryKey: ['agreement document', agreementId],
    queryFn: async () => {
      const response = await fetch(documentHref(agreementId, 'original'));
      if (!response.ok) throw new Error('The document could not be loaded.');
      return response.blob();
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  const url = useObjectUrl(file.data);
  if (file.isError) {
    return (
      <ErrorState title="The PDF could not be loaded">
        Load the page again, or use “Download document”. The text beside it says the same.
      </ErrorState>
    );
  }
  if (url === null) return <Skeleton className="h-[70dvh] w-full" />;
  return (
    <iframe
      title={`${title} (PDF)`}
      src={url}
      className="h-[70dvh] w-full rounded-md border border-line-strong"
    />
  );
}

/** A URL of the blob for as long as it is shown. */
function useObjectUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
