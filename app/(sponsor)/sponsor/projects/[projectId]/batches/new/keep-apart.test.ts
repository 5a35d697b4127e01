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
  expect(drawn(true)).toContain('The 1 of your newest projects are shown; there are more.');
  expect(drawn(false)).not.toContain('there are more');
});
