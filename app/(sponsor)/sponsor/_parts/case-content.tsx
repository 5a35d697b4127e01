'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { callErrorData } from '#app/_trpc/query-client.ts';
import { Button } from '#app/_ui/button.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';

type Opened = { id: string; name: string; href: string; text: string | null };
type Asset = { id: string; name: string; kind: 'text' | 'image' };

/** The case through the gate: opened when asked for, because each opening is recorded. */
export function CaseContent({
  assets,
  context,
}: {
  assets: readonly Asset[];
  context: Record<string, string>;
}) {
  const trpc = useTRPC();
  const link = useMutation(trpc.agreements.assetLink.mutationOptions());
  const [opened, setOpened] = useState<readonly Opened[]>([]);
  const [isOpening, setIsOpening] = useState(false);
  const [refusal, setRefusal] = useState<{ message: string; reasons: readonly string[] } | null>(null);

  async function open() {
    setRefusal(null);
    setIsOpening(true);
    try {
      setOpened(await Promise.all(assets.map(openOne)));
    } catch (error) {
      const reasons = (callErrorData(error)?.details ?? []).map((one) => one.message);
      setRefusal({ message: error instanceof Error ? error.message : 'It could not be opened.', reasons });
    } finally {
      setIsOpening(false);
    }
  }
  async function openOne({ id, name, kind }: Asset): Promise<Opened> {
    const { href } = await link.mutateAsync({ assetId: id });
    if (kind === 'image') return { id, name, href, text: null };
    const response = await fetch(href);
    if (!response.ok) throw new Error('A text of this case could not be opened. Try again.');
    return { id, name, href, text: await response.text() };
  }

  return (
    <section aria-label="Case" className="flex flex-col gap-4">
      {Object.keys(context).length === 0 ? null : (
        <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1 text-sm">
          {Object.entries(context).map(([name, text]) => (
            <div key={name} className="contents">
              <dt className="text-ink-3">{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {refusal === null ? null : (
        <DecisionNote
          outcome="refused"
          title="This case does not open"
          because={refusal.message}
          changes={refusal.reasons.map((says) => ({ says }))}
        />
      )}
      {opened.length === 0 ? (
        <div>
          <Button pending={isOpening} onClick={() => void open()}>
            Open the case
          </Button>
        </div>
      ) : (
        opened.map((asset) => (
          <figure key={asset.id} className="flex flex-col gap-1">
            {asset.text === null ? (
              // biome-ignore lint/performance/noImgElement: a short-lived link through the gate, never through an image service
              <img
                src={asset.href}
                alt={asset.name}
                className="max-h-[70dvh] max-w-full rounded-md object-contain"
              />
            ) : (
              <p className="prose-width whitespace-pre-wrap rounded-md bg-sunken p-4 text-base">
                {asset.text}
              </p>
            )}
            <figcaption className="text-ink-3 text-xs">{asset.name}</figcaption>
          </figure>
        ))
      )}
    </section>
  );
}
