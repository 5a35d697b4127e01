'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { ProtocolChange } from '#server/protocols/diff-versions.ts';
import type { ChangeClass } from '#server/protocols/schemas.ts';
import type { ProtocolView } from '#server/protocols/view-protocol.ts';

const CHANGE_OPTIONS = [
  { value: 'editorial', label: 'Editorial', hint: 'Wording only. Labels made before stay as they are.' },
  {
    value: 'clarifying',
    label: 'Clarifying',
    hint: 'Definitions or examples get clearer. Some labels may be looked at again.',
  },
  {
    value: 'breaking',
    label: 'Breaking',
    hint: 'What can or must be answered changes. Labels made before do not fit any more.',
  },
];

type VersionPartProps = { projectId: string; view: ProtocolView; mayWrite: boolean };

/** The versions so far, and the way to the next one. */
export function VersionPart({ projectId, view, mayWrite }: VersionPartProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [changeClass, setChangeClass] = useState<ChangeClass>('clarifying');
  const options = {
    onSuccess: () => router.refresh(),
    onError: (error: { message: string }) => toast.error(error.message),
  };
  const start = useMutation(trpc.protocols.newVersion.mutationOptions(options));
  const reopen = useMutation(trpc.protocols.reopen.mutationOptions(options));
  const { current, versions } = view;
  return (
    <section aria-labelledby="versions-title" className="flex flex-col gap-2">
      <h2 id="versions-title" className="font-semibold text-sm">
        Versions
      </h2>
      {versions.length === 0 ? <p className="text-ink-3 text-sm">None yet.</p> : null}
      <ul className="flex flex-col gap-1.5 text-sm">
        {versions.map((version) => (
          <li key={version.id} className="flex flex-wrap items-center gap-2">
            <span className="font-medium">v{version.version}</span>
            <StatusPill state={version.status} />
            {version.changeClass === null ? null : <Badge>{version.changeClass}</Badge>}
            {version.signedAt === null ? null : (
              <span className="text-ink-3 text-xs">
                <DateTime at={version.signedAt} format="day" />
              </span>
            )}
          </li>
        ))}
      </ul>
      {mayWrite && current?.status === 'partially_signed' ? (
        <Dialog
          size="sm"
          title="Open the draft again?"
          description="The signature given stays on record but counts no more: both leads sign the changed content."
          trigger={<Button>Open draft again</Button>}
          footer={
            <Button
              variant="primary"
              pending={reopen.isPending}
              onClick={() => reopen.mutate({ protocolVersionId: current.id })}
            >
              Open draft again
            </Button>
          }
        />
      ) : null}
      {mayWrite && current?.status === 'signed' ? (
        <Dialog
          title={`Start version ${current.version + 1}`}
          description={`Version ${current.version} stays in force until both leads have signed the new one.`}
          trigger={<Button>Start version {current.version + 1}</Button>}
          footer={
            <Button
              variant="primary"
              pending={start.isPending}
              onClick={() => start.mutate({ projectId, changeClass })}
            >
              Start version {current.version + 1}
            </Button>
          }
        >
          <RadioCards
            aria-label="What the change means for labels made before"
            options={CHANGE_OPTIONS}
            value={changeClass}
            onValueChange={(value) => setChangeClass(value as ChangeClass)}
          />
        </Dialog>
      ) : null}
    </section>
  );
}

/** What this version changes against the one before it. */
export function ChangeList({ changes, version }: { changes: readonly ProtocolChange[]; version: number }) {
  return (
    <section aria-labelledby="changes-title" className="mt-8 border-line border-t pt-6">
      <h2 id="changes-title" className="mb-2 font-semibold text-lg">
        Changes against v{version - 1}
      </h2>
      <ul className="flex flex-col gap-1.5 text-sm">
        {changes.map((change) => (
          <li key={`${change.part}-${change.key}`} className="flex flex-wrap items-center gap-2">
            <Badge tone={change.atLeast === 'breaking' ? 'attention' : 'neutral'}>{change.atLeast}</Badge>
            <span className="font-mono text-xs">{change.key}</span>
            <span className="text-ink-2">{change.says}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
