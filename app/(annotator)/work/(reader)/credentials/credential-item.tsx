'use client';

import { Paperclip } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { sendDocument } from '#app/_credentials/send-document.ts';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { toast } from '#app/_ui/toast.ts';
import { LEVEL_WORDS } from '#server/credentials/describe.ts';
import type { CredentialView } from '#server/credentials/view-schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { AnswerFinding } from './answer-finding.tsx';

/** Kinds whose title says all. */
const NAMED_BY_TITLE: readonly string[] = ['language', 'general_exam'];

/** One credential of the wallet: what it is, how far it is proven, until when, its documents, and what can be done. */
export function CredentialItem({ one, isExpiring }: { one: CredentialView; isExpiring: boolean }) {
  const place = [one.region, one.jurisdiction].filter(Boolean).join(', ');
  const { lastCheck } = one;
  return (
    <li className="flex flex-col gap-2 py-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <div className="min-w-0">
          <h3 className="font-medium text-base">
            {one.title}
            {one.specialty === null || NAMED_BY_TITLE.includes(one.kind) || one.title.includes(one.specialty)
              ? ''
              : `, ${one.specialty}`}
            {one.proficiency === null ? '' : `, ${one.proficiency}`}
          </h3>
          <p className="text-ink-3 text-sm">
            {one.issuer}
            {place === '' ? '' : ` (${place})`}
            {one.identifier === null ? null : (
              <>
                {' · '}
                <span className="font-mono">{one.identifier}</span>
              </>
            )}
            {one.taxonomyCode === null ? '' : ` · NUCC ${one.taxonomyCode}`}
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {isExpiring && one.expiresOn !== null ? (
            <StatusPill state="expiring">Expires {sayDay(one.expiresOn)}</StatusPill>
          ) : null}
          <StatusPill state={one.status} />
        </div>
      </div>
      <dl className="grid gap-x-8 gap-y-1 text-sm sm:grid-cols-3">
        <Fact term="Proven">{one.kind === 'general_exam' ? 'measured here' : LEVEL_WORDS[one.level]}</Fact>
        <Fact term="Holds until">{one.expiresOn === null ? 'does not expire' : sayDay(one.expiresOn)}</Fact>
        <Fact term="Last check">
          {lastCheck === null ? (
            'not checked yet'
          ) : (
            <>
              {lastCheck.primarySource}, <DateTime at={lastCheck.at} format="day" />
            </>
          )}
        </Fact>
      </dl>
      {lastCheck?.note ? (
        <p className="prose-width border-line-strong border-l-2 pl-3 text-ink-2 text-sm">
          {lastCheck.note}
          {lastCheck.standing === null ? '' : ` Standing at the source: ${lastCheck.standing}`}
          {lastCheck.effectiveOn === null ? '' : ` since ${sayDay(lastCheck.effectiveOn)}.`}
        </p>
      ) : null}
      {lastCheck?.answer ? (
        <p className="prose-width text-ink-2 text-sm">
          You answered: “{lastCheck.answer}” {one.mayAnswer ? '' : 'An operator looks at it again.'}
        </p>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {one.documents.map((document) => (
          <a
            key={document.id}
            href={`/api/documents/credentials/${one.id}/${document.id}`}
            target="_blank"
            rel="noreferrer"
            className="inline-flex min-h-6 items-center gap-1 text-accent-ink text-sm underline underline-offset-[3px]"
          >
            <Paperclip aria-hidden className="size-3.5" />
            {document.fileName}
          </a>
        ))}
        {one.kind === 'general_exam' ? (
          <TextLink href="/work/qualifications">See your exams</TextLink>
        ) : (
          <AddDocument credentialId={one.id} title={one.title} />
        )}
        {one.mayAnswer ? <AnswerFinding credentialId={one.id} title={one.title} /> : null}
      </div>
    </li>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div className="flex gap-2 sm:block">
      <dt className="w-24 shrink-0 text-ink-3 sm:w-auto sm:text-xs">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function AddDocument({ credentialId, title }: { credentialId: string; title: string }) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [isSending, setIsSending] = useState(false);

  async function send(file: File | undefined) {
    if (file === undefined) return;
    setIsSending(true);
    const answer = await sendDocument(credentialId, file);
    setIsSending(false);
    if (input.current) input.current.value = '';
    if (!answer.ok) return void toast.error(answer.message);
    toast.success('The document is kept with the credential.');
    router.refresh();
  }

  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".pdf,.png,.jpg,.jpeg"
        className="sr-only"
        tabIndex={-1}
        aria-label={`Document for ${title}`}
        onChange={(event) => send(event.target.files?.[0])}
      />
      <Button
        size="sm"
        variant="quiet"
        icon={<Paperclip aria-hidden />}
        pending={isSending}
        onClick={() => input.current?.click()}
      >
        Add document
      </Button>
    </>
  );
}
