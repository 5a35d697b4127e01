'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { QuestionList } from '#app/_bids/question-list.tsx';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { Room } from './bid-part.tsx';

/** Questions and answers of a call, and the asking of one. */
export function QuestionsPart({ room, mayWrite }: { room: Room; mayWrite: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [question, setQuestion] = useState('');
  const [isShort, setIsShort] = useState(false);
  const ask = useMutation(
    trpc.bids.askQuestion.mutationOptions({
      onSuccess: () => {
        setQuestion('');
        toast.success('The sponsor has your question');
        router.refresh();
      },
    }),
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    const short = question.trim().length < 3;
    setIsShort(short);
    if (!short) ask.mutate({ callId: room.callId, question });
  };
  const refused = ask.error ? refusalProblems(ask.error) : [];
  return (
    <section id="questions" aria-label="Questions" className="flex max-w-[720px] flex-col gap-3">
      <h2 className="font-semibold text-lg">Questions and answers</h2>
      <p className="prose-width text-ink-3 text-sm">
        Every bidder reads them; nobody, the sponsor included, is told who asked. Taken until{' '}
        <DateTime at={room.questionsUntil} format="minute" />.
      </p>
      <QuestionList questions={room.questions} empty="Nobody has asked anything yet." />
      {room.mayAsk && mayWrite ? (
        <form noValidate onSubmit={send} className="flex flex-col gap-3">
          <Field
            label="Your question"
            name="question"
            error={
              isShort
                ? 'Write your question.'
                : (byField(refused).question ?? refused.map((one) => one.message)[0])
            }
          >
            <Textarea
              rows={2}
              maxLength={2000}
              value={question}
              onChange={(event) => setQuestion(event.target.value)}
            />
          </Field>
          <div>
            <Button type="submit" pending={ask.isPending}>
              Ask question
            </Button>
          </div>
        </form>
      ) : null}
    </section>
  );
}
