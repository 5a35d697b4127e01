import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { ImportView, RegisterView } from '#server/registers/schemas.ts';
import { ImportRuns } from './import-runs.tsx';

export const metadata: Metadata = { title: 'Registers' };
export const dynamic = 'force-dynamic';

const count = (n: number) => n.toLocaleString('en-GB');

/** Which public registers are in use, how old they are, how to renew them, and what was refused. */
export default async function RegistersPage() {
  const registers = await loaded((call) => call.registers.list());
  const inUse = registers.filter((one) => one.current !== null);
  const old = registers.filter((one) => one.isOld);
  return (
    <>
      <PageHeader title="Registers">
        <AnswerLine tone={old.length > 0 ? 'attention' : undefined}>
          <strong>
            {inUse.length} of {registers.length}
          </strong>{' '}
          registers are in use
          {old.length === 0 ? '.' : `; renew ${old.map((one) => one.title).join(' and ')}.`}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {registers.map((register) => (
          <Register key={register.source} register={register} />
        ))}
      </div>
    </>
  );
}

function Register({ register }: { register: RegisterView }) {
  const { current, layers } = register;
  const unfinished = register.runs.find((run) => run.status === 'staging');
  return (
    <section aria-label={register.title} className="flex flex-col gap-3 border-line border-t pt-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold text-lg">{register.title}</h2>
        <State register={register} />
      </div>
      <p className="prose-width text-base text-ink-2">
        {register.use}. {register.publisher}.
      </p>
      <dl className="grid max-w-[720px] grid-cols-[7rem_1fr] gap-x-3 gap-y-1 text-base">
        <dt className="text-ink-3">As of</dt>
        <dd>
          {current === null ? (
            'never imported'
          ) : (
            <>
              {layers[0]?.asOf ?? current.asOf}, {count(current.rows)} rows
              {layers.length === 0 ? '' : ` and ${layers.map(describeLayer).join(', ')}`}
            </>
          )}
        </dd>
        {current === null ? null : (
          <>
            <dt className="text-ink-3">File</dt>
            <dd className="min-w-0 break-words">
              {current.fileName}{' '}
              <span className="font-mono text-ink-3 text-xs" title={`SHA-256 ${current.fileSha256}`}>
                {current.fileSha256.slice(0, 12)}
              </span>
              , in use since <DateTime at={current.endedAt ?? current.startedAt} format="day" />
            </dd>
          </>
        )}
        {current?.shrunkReason ? (
          <>
            <dt className="text-ink-3">Shorter</dt>
            <dd>
              {count(current.rows)} after {count(current.rowsBefore ?? 0)} rows: {current.shrunkReason}
            </dd>
          </>
        ) : null}
        <dt className="text-ink-3">To renew</dt>
        <dd className="min-w-0">
          Download it from{' '}
          <a
            className="break-all text-accent-ink underline underline-offset-2"
            href={register.downloadFrom}
            rel="noreferrer"
            target="_blank"
          >
            {new URL(register.downloadFrom).host}
          </a>
          , then run on this machine
          <code className="mt-1 block overflow-x-auto whitespace-pre-wrap break-words rounded-sm bg-sunken px-2 py-1 font-mono text-xs">
            {register.command}
          </code>
        </dd>
      </dl>
      {unfinished === undefined ? null : (
        <p className="text-attention-ink text-base">
          The import of {unfinished.fileName} stands at {Math.round(unfinished.share * 100)} % (
          {count(unfinished.rows)} rows). If it isn’t running, the same command goes on there.
        </p>
      )}
      <ImportRuns source={register.source} title={register.title} runs={register.runs} />
    </section>
  );
}

function describeLayer(layer: ImportView): string {
  const kind = layer.mode === 'delta' ? 'weekly changes' : 'deactivations';
  return `${count(layer.rows)} ${kind} of ${layer.asOf}`;
}

function State({ register }: { register: RegisterView }) {
  const { ageDays, isOld, current } = register;
  if (current === null || ageDays === null) return <StatusPill state="missing">Not imported</StatusPill>;
  const age = ageDays === 1 ? '1 day old' : `${ageDays} days old`;
  return (
    <StatusPill state={isOld ? 'expiring' : 'ready'} tone={isOld ? 'attention' : 'good'}>
      {isOld ? `${age}: renew it` : age}
    </StatusPill>
  );
}
