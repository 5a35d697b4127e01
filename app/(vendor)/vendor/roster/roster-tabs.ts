/** The sibling pages about who works when. */
export const ROSTER_TABS = [
  { href: '/vendor/roster', label: 'Rosters' },
  { href: '/vendor/roster/bench', label: 'Who is free' },
] as const;
