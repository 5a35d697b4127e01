import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { ProtocolView } from '#server/protocols/view-protocol.ts';
import { ProtocolEditor } from './protocol-editor.tsx';
import { ProtocolText } from './protocol-text.tsx';
import { SignPart } from './sign-part.tsx';
import { ChangeList, VersionPart } from './version-part.tsx';

export const metadata: Metadata = { title: 'Protocol' };

/** The rules of reading: written, signed by both leads, changed only as a new version. */
export default async function ProtocolPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  const { view, mayWrite } = await loaded(async (call) => ({
    view: await call.protocols.get({ projectId }),
    mayWrite: (await call.identity.me()).capabilities.includes('project.write'),
  }));
  const { current } = view;
  const isDraft = current === null || current.status === 'draft';
  return (
    <>
      <PageHeader
        title={current === null ? 'Protocol' : `Protocol v${current.version}`}
        meta={current === null ? null : <StatusPill state={current.status} />}
      >
        <AnswerLine>{answerOf(view)}</AnswerLine>
      </PageHeader>
      <SplitPane
        asideLabel="Signatures and versions"
        width={320}
        aside={
          <div className="flex flex-col gap-6">
            {current === null ? null : <SignPart view={view} />}
            <VersionPart projectId={projectId} view={view} mayWrite={mayWrite} />
          </div>
        }
      >
        {isDraft && mayWrite ? (
          <ProtocolEditor key={current?.id ?? 'new'} projectId={projectId} draft={current} />
        ) : current === null ? (
          <p className="text-ink-2">Nothing is written yet. A project manager writes the first draft.</p>
        ) : (
          <ProtocolText content={current} />
        )}
        {view.changes.length === 0 ? null : (
          <ChangeList changes={view.changes} version={current?.version ?? 1} />
        )}
      </SplitPane>
    </>
  );
}

function answerOf({ current, signatures }: ProtocolView) {
  if (current === null) {
    return 'Write how the cases are read and what is answered. A draft is enough to open the call.';
  }
  switch (current.status) {
    case 'draft':
      return 'A draft is enough to open the call. Before anybody reads, both leads sign it.';
    case 'partially_signed':
      return (
        <>
          <strong>{signatures[0]?.name}</strong> has signed. It is in force when the other lead has signed
          too.
        </>
      );
    case 'signed':
      return 'In force. Labels are checked against this version; a change is a new version.';
    case 'superseded':
      return 'A newer version is in force.';
  }
}
