'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

/** A value that is typed into a source's own search: one press copies it. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      aria-label={`Copy ${label.toLowerCase()}: ${value}`}
      onClick={() => {
        navigator.clipboard.writeText(value).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
      className="-mx-1 inline-flex min-h-6 max-w-full items-center gap-1.5 rounded-sm px-1 text-left hover:bg-hover"
    >
      <span className="min-w-0 break-words">{value}</span>
      {copied ? (
        <Check aria-hidden className="size-3.5 shrink-0 text-good" />
      ) : (
        <Copy aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      )}
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </button>
  );
}
