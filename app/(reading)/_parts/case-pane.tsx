'use client';

import type { RefObject } from 'react';
import { cn } from '#app/_ui/cn.ts';
import type { CaseAsset, Held, PreparedCase } from '#app/(reading)/_session/reading-types.ts';
import { ImageViewer } from './image-viewer.tsx';
import type { ImageDesk } from './use-image-desk.ts';

/** The case: its facts, texts and images, with nothing over them. */
export function CasePane({
  held,
  content,
  desk,
  scroller,
}: {
  held: Held;
  content: PreparedCase;
  desk: ImageDesk;
  scroller: RefObject<HTMLElement | null> | null;
}) {
  const images = content.assets.filter((asset) => asset.content.kind === 'image');
  const others = content.assets.filter((asset) => asset.content.kind !== 'image');
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <CaseFacts context={content.context} round={held.round} />
      {held.isReturned && content.returnedComment !== null ? (
        <p className="border-line border-b bg-attention-soft px-4 py-2 text-attention-ink text-sm">
          <span className="font-semibold">Returned to you for correction: </span>
          {content.returnedComment}
        </p>
      ) : null}
      <div className={cn('flex min-h-0 flex-1 flex-col', images.length > 0 && 'lg:flex-row')}>
        {images.length === 0 ? null : <Images images={images} desk={desk} />}
        {others.length === 0 ? null : (
          <section
            ref={scroller}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            tabIndex={0}
            aria-label="Text of the case"
            className={cn(
              'min-h-0 flex-1 overflow-y-auto px-6 py-6 focus-visible:outline-offset-[-2px]',
              images.length > 0 && 'border-line border-t lg:max-w-[36%] lg:border-t-0 lg:border-l',
            )}
          >
            <div className="mx-auto flex max-w-[72ch] flex-col gap-8">
              {others.map((asset) => (
                <OtherAsset key={asset.handle} asset={asset} isAlone={others.length === 1} />
              ))}
            </div>
          </section>
        )}
      </div>
    </div>
  );
}

function CaseFacts({ context, round }: { context: Record<string, string>; round: number }) {
  const facts = Object.entries(context);
  if (facts.length === 0 && round === 1) return null;
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 border-line border-b px-4 py-2 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="flex gap-2">
          <dt className="text-ink-3">{name.replaceAll('_', ' ')}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {round > 1 ? (
        <div className="flex gap-2">
          <dt className="text-ink-3">Repeat</dt>
          <dd>read {round} of this case, on its own</dd>
        </div>
      ) : null}
    </dl>
  );
}

const GRID = ['', 'grid-cols-1', 'grid-cols-1 sm:grid-cols-2', 'grid-cols-2 grid-rows-2'] as const;

function Images({ images, desk }: { images: readonly CaseAsset[]; desk: ImageDesk }) {
  return (
    <div
      className={cn(
        'grid min-h-[55dvh] min-w-0 flex-1 gap-1 bg-sunken lg:min-h-0',
        GRID[Math.min(images.length, 3)],
        images.length > 4 && 'grid-cols-3 grid-rows-none',
      )}
    >
      {images.map(({ handle, name, content }) =>
        content.kind === 'image' ? (
          <ImageViewer
            key={handle}
            handle={handle}
            href={content.href}
            name={name}
            desk={desk}
            isAlone={images.length === 1}
          />
        ) : null,
      )}
    </div>
  );
}

function OtherAsset({ asset, isAlone }: { asset: CaseAsset; isAlone: boolean }) {
  const { content, name } = asset;
  return (
    <article>
      {isAlone ? null : <h2 className="mb-2 text-ink-3 text-xs">{name}</h2>}
      {content.kind === 'text' ? (
        <div className="whitespace-pre-wrap break-words text-lg leading-7">{content.text}</div>
      ) : (
        <a href={content.href} target="_blank" rel="noreferrer" className="text-accent-ink underline">
          Open {name} in a new tab
        </a>
      )}
    </article>
  );
}
