import {
  BadgeCheck,
  Banknote,
  BookOpenCheck,
  Building2,
  CalendarClock,
  CalendarRange,
  ChartNoAxesCombined,
  FileCheck,
  FileSignature,
  FolderKanban,
  Gavel,
  GraduationCap,
  Handshake,
  HeartPulse,
  House,
  Layers,
  Library,
  Megaphone,
  ReceiptText,
  Scale,
  ScanEye,
  ShieldAlert,
  ShieldCheck,
  Stamp,
  UserRoundSearch,
  Users,
  Wallet,
} from 'lucide-react';
import type { NavGroup, NavItem } from '#app/_ui/app-nav.tsx';
import type { Capability } from '#server/command/capabilities.ts';
import type { Area } from './areas.ts';

/** A page with the right without which it would be empty. */
type AreaPage = NavItem & { needs?: Capability };

const PAGES: Record<Area, readonly AreaPage[]> = {
  sponsor: [
    { href: '/sponsor', label: 'Home', icon: <House aria-hidden /> },
    {
      href: '/sponsor/projects',
      label: 'Projects',
      icon: <FolderKanban aria-hidden />,
      needs: 'project.read',
    },
    {
      href: '/sponsor/exams',
      label: 'Exams',
      icon: <GraduationCap aria-hidden />,
      needs: 'batch.manage',
    },
    { href: '/sponsor/money', label: 'Money', icon: <Banknote aria-hidden />, needs: 'money.read' },
    {
      href: '/sponsor/agreements',
      label: 'Agreements',
      icon: <FileSignature aria-hidden />,
      needs: 'agreement.read',
    },
    { href: '/sponsor/team', label: 'Team', icon: <Users aria-hidden />, needs: 'org.manage' },
  ],
  vendor: [
    { href: '/vendor', label: 'Home', icon: <House aria-hidden /> },
    { href: '/vendor/calls', label: 'Calls', icon: <Megaphone aria-hidden />, needs: 'call.read' },
    { href: '/vendor/bids', label: 'Bids', icon: <Gavel aria-hidden />, needs: 'call.read' },
    {
      href: '/vendor/contracts',
      label: 'Contracts',
      icon: <Handshake aria-hidden />,
      needs: 'vendor.read',
    },
    { href: '/vendor/batches', label: 'Batches', icon: <Layers aria-hidden />, needs: 'vendor.read' },
    {
      href: '/vendor/roster',
      label: 'Roster',
      icon: <CalendarRange aria-hidden />,
      needs: 'team.manage',
    },
    { href: '/vendor/team', label: 'Team', icon: <Users aria-hidden />, needs: 'team.manage' },
    { href: '/vendor/profile', label: 'Profile', icon: <Building2 aria-hidden />, needs: 'vendor.read' },
    {
      href: '/vendor/agreements',
      label: 'Agreements',
      icon: <FileSignature aria-hidden />,
      needs: 'agreement.read',
    },
    {
      href: '/vendor/statement',
      label: 'Statement',
      icon: <ReceiptText aria-hidden />,
      needs: 'vendor.money',
    },
    {
      href: '/vendor/margins',
      label: 'Margins',
      icon: <ChartNoAxesCombined aria-hidden />,
      needs: 'vendor.money',
    },
  ],
  work: [
    { href: '/work', label: 'Work for me', shortLabel: 'Work', icon: <ScanEye aria-hidden /> },
    {
      href: '/work/calls',
      label: 'Open calls',
      shortLabel: 'Calls',
      icon: <Megaphone aria-hidden />,
      needs: 'call.read',
    },
    {
      href: '/work/credentials',
      label: 'Credentials',
      icon: <BadgeCheck aria-hidden />,
      needs: 'credential.own',
    },
    {
      href: '/work/qualifications',
      label: 'Qualifications',
      shortLabel: 'Training',
      icon: <GraduationCap aria-hidden />,
      needs: 'credential.own',
    },
    {
      href: '/work/agreements',
      label: 'Agreements',
      icon: <FileSignature aria-hidden />,
      needs: 'agreement.read',
    },
    { href: '/work/earnings', label: 'Earnings', icon: <Wallet aria-hidden />, needs: 'earnings.read' },
    {
      href: '/work/availability',
      label: 'Availability',
      shortLabel: 'Hours',
      icon: <CalendarClock aria-hidden />,
      needs: 'credential.own',
    },
  ],
  operator: [
    { href: '/operator', label: 'Home', icon: <House aria-hidden /> },
    {
      href: '/operator/organisations',
      label: 'Organisations',
      icon: <Building2 aria-hidden />,
      needs: 'operator.verify',
    },
    {
      href: '/operator/credentials',
      label: 'Credentials',
      icon: <BadgeCheck aria-hidden />,
      needs: 'operator.verify',
    },
    {
      href: '/operator/delegates',
      label: 'Delegates',
      icon: <Stamp aria-hidden />,
      needs: 'operator.verify',
    },
    {
      href: '/operator/evidence',
      label: 'Vendor documents',
      icon: <ShieldCheck aria-hidden />,
      needs: 'operator.verify',
    },
    {
      href: '/operator/screening',
      label: 'Screening',
      icon: <UserRoundSearch aria-hidden />,
      needs: 'operator.verify',
    },
    {
      href: '/operator/registers',
      label: 'Registers',
      icon: <Library aria-hidden />,
      needs: 'operator.verify',
    },
    {
      href: '/operator/agreements',
      label: 'Agreements',
      icon: <FileSignature aria-hidden />,
      needs: 'operator.agreements',
    },
    {
      href: '/operator/dataset-evidence',
      label: 'Data evidence',
      icon: <FileCheck aria-hidden />,
      needs: 'operator.agreements',
    },
    {
      href: '/operator/incidents',
      label: 'Incidents',
      icon: <ShieldAlert aria-hidden />,
      needs: 'operator.health',
    },
    {
      href: '/operator/appeals',
      label: 'Appeals',
      icon: <Scale aria-hidden />,
      needs: 'operator.appeals',
    },
    { href: '/operator/money', label: 'Money', icon: <Banknote aria-hidden />, needs: 'operator.money' },
    {
      href: '/operator/credits',
      label: 'Disputed credits',
      icon: <Handshake aria-hidden />,
      needs: 'operator.money',
    },
    { href: '/operator/health', label: 'Health', icon: <HeartPulse aria-hidden />, needs: 'operator.health' },
  ],
};

/** The way to a further area a person may enter, such as reading for a clinical lead. */
const WAYS: Record<Area, NavItem> = {
  sponsor: { href: '/sponsor', label: 'Sponsor pages', icon: <FolderKanban aria-hidden /> },
  vendor: { href: '/vendor', label: 'Vendor pages', icon: <Building2 aria-hidden /> },
  work: { href: '/work', label: 'My reading', icon: <BookOpenCheck aria-hidden /> },
  operator: { href: '/operator', label: 'Operator pages', icon: <Building2 aria-hidden /> },
};

/** What the rail shows in `area` to somebody with these rights: the pages that have something for them. */
export function pagesOf(area: Area, areas: readonly Area[], capabilities: readonly Capability[]): NavGroup[] {
  const own = PAGES[area].filter(({ needs }) => needs === undefined || capabilities.includes(needs));
  const ways = areas.filter((other) => other !== area).map((other) => WAYS[other]);
  return [
    { items: own.map(({ needs: _, ...item }) => item) },
    ...(ways.length === 0 ? [] : [{ heading: 'Also yours', items: ways }]),
  ];
}
