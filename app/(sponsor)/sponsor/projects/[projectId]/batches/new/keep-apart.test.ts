import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { OtherPeople } from './keep-apart.tsx';

const pilot = { kind: 'pilot', status: 'settled', vendorName: null } as const;
const drawn = (isCut: boolean) =>
  renderToStaticMarkup(
    createElement(OtherPeople, {
      batches: [
        { ...pilot, id: '1', name: 'Pilot', projectTitle: null },
        { ...pilot, id: '2', name: 'Pilot', projectTitle: 'Study' },
      ],
      isCut,
      chosen: [],
      onChange: () => {},
    }),
  );

test('a list of other projects that leaves some out says so', () => {
  expect(drawn(true)).toContain('Only those of your newest projects are shown, 1 in all.');
  expect(drawn(false)).not.toContain('there are more');
});
