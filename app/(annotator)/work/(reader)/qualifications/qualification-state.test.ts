import { expect, test } from 'vitest';
import { blockedByTraining, qualificationState, takeable } from './qualification-state.ts';

const now = new Date('2026-11-21T00:00:00Z');

test('a qualification is in date, soon over, or over', () => {
  const until = (day: string | null) =>
    qualificationState({ validUntil: day === null ? null : new Date(day) }, now);
  expect([until(null), until('2027-06-01'), until('2026-12-01'), until('2026-11-21')]).toEqual([
    'active',
    'active',
    'expiring',
    'expired',
  ]);
});

test('only work that waits for a training or an exam is named', () => {
  const because = 'You have not completed the training.';
  const lines = [
    { reasons: [{ code: 'training.missing', message: because }] },
    { reasons: [{ code: 'gate.agreement', message: 'No agreement.' }] },
  ];
  expect(blockedByTraining(lines).map((line) => line.because)).toEqual([because]);
});

test('what can be taken now are the trainings and exams that are open to the person', () => {
  const line = (kind: 'exam' | 'training' | 'production', isAllowed = true) => ({
    kind,
    isAllowed,
    tier: 'label' as const,
  });
  const [exam, training] = [line('exam'), line('training')];
  expect(takeable([exam, line('production'), training, line('exam', false)])).toEqual([exam, training]);
});
