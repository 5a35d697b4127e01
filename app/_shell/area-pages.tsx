import {
  BadgeCheck,
  Banknote,
  BookOpenCheck,
  Building2,
  FileSignature,
  FolderKanban,
  Gavel,
  HeartPulse,
  House,
  Megaphone,
  ReceiptText,
  ScanEye,
  Users,
  Wallet,
} from 'lucide-react';
import type { NavGroup, NavItem } from '#app/_ui/app-nav.tsx';
import type { Area } from './areas.ts';

const PAGES: Record<Area, readonly NavItem[]> = {
  sponsor: [
    { href: '/sponsor', label: 'Home', icon: <House aria-hidden /> },
    { href: '/sponsor/projects', label: 'Projects', icon: <FolderKanban aria-hidden /> },
    { href: '/sponsor/money', label: 'Money', icon: <Banknote aria-hidden /> },
    { href: '/sponsor/agreements', label: 'Agreements', icon: <FileSignature aria-hidden /> },
    { href: '/sponsor/team', label: 'Team', icon: <Users aria-hidden /> },
  ],
  vendor: [
    { href: '/vendor', label: 'Home', icon: <House aria-hidden /> },
    { href: '/vendor/calls', label: 'Calls', icon: <Megaphone aria-hidden /> },
    { href: '/vendor/bids', label: 'Bids', icon: <Gavel aria-hidden /> },
    { href: '/vendor/team', label: 'Team', icon: <Users aria-hidden /> },
    { href: '/vendor/agreements', label: 'Agreements', icon: <FileSignature aria-hidden /> },
    { href: '/vendor/statement', label: 'Statement', icon: <ReceiptText aria-hidden /> },
  ],
  work: [
    { href: '/work', label: 'Work for me', icon: <ScanEye aria-hidden /> },
    { href: '/work/credentials', label: 'Credentials', icon: <BadgeCheck aria-hidden /> },
    { href: '/work/agreements', label: 'Agreements', icon: <FileSignature aria-hidden /> },
    { href: '/work/earnings', label: 'Earnings', icon: <Wallet aria-hidden /> },
  ],
  operator: [
    { href: '/operator', label: 'Home', icon: <House aria-hidden /> },
    { href: '/operator/organisations', label: 'Organisations', icon: <Building2 aria-hidden /> },
    { href: '/operator/credentials', label: 'Credentials', icon: <BadgeCheck aria-hidden /> },
    { href: '/operator/agreements', label: 'Agreements', icon: <FileSignature aria-hidden /> },
    { href: '/operator/money', label: 'Money', icon: <Banknote aria-hidden /> },
    { href: '/operator/health', label: 'Health', icon: <HeartPulse aria-hidden /> },
  ],
};

/** The way to a further area a person may enter, such as reading for a clinical lead. */
const WAYS: Record<Area, NavItem> = {
  sponsor: { href: '/sponsor', label: 'Sponsor pages', icon: <FolderKanban aria-hidden /> },
  vendor: { href: '/vendor', label: 'Vendor pages', icon: <Building2 aria-hidden /> },
  work: { href: '/work', label: 'My reading', icon: <BookOpenCheck aria-hidden /> },
  operator: { href: '/operator', label: 'Operator pages', icon: <Building2 aria-hidden /> },
};

/** What the rail shows in `area` to somebody who may enter `areas`. Panel readers sign no agreements and earn nothing here. */
export function pagesOf(area: Area, areas: readonly Area[], isPanel: boolean): NavGroup[] {
  const own = PAGES[area].filter(
    (page) => !(isPanel && ['/work/agreements', '/work/earnings'].includes(page.href)),
  );
  const ways = areas.filter((other) => other !== area).map((other) => WAYS[other]);
  return [{ items: own }, ...(ways.length === 0 ? [] : [{ heading: 'Also yours', items: ways }])];
}
