import { redirect } from 'next/navigation';
import { cache, type ReactNode } from 'react';
import { ApiProvider } from '#app/_trpc/client.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { SecondFactorProvider } from '#app/_ui/second-factor.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import type { OrgKind } from '#server/command/actor.ts';
import { AccountMenu } from './account-menu.tsx';
import { pagesOf } from './area-pages.tsx';
import { type Area, areasOf, homePathOf } from './areas.ts';
import { BUILD } from './build.ts';
import { Notices } from './notices.tsx';
import { OrgSwitcher } from './org-switcher.tsx';
import { SessionLock } from './session-lock.tsx';
import { ShellFrame } from './shell-frame.tsx';

const KIND_WORDS: Record<OrgKind, string> = {
  sponsor: 'Sponsor',
  vendor: 'Vendor',
  independent: 'Independent annotator',
  platform: 'Operator',
};

/** Whoever asks for the page, and the areas they may enter. */
const visitor = cache(async () => {
  const me = await loaded((call) => call.identity.me());
  const active = me.organisations.find((org) => org.id === me.activeOrgId);
  const rights = { orgKind: active?.kind ?? null, capabilities: me.capabilities };
  return { me, active, areas: areasOf(rights), homePath: homePathOf(rights) };
});

/** Sends whoever may not enter `area` to their own home: a page of an open area that has nothing for a guest. */
export async function enterOnly(area: Area): Promise<void> {
  const { areas, homePath } = await visitor();
  if (!areas.includes(area)) redirect(homePath);
}

type RoleShellProps = {
  area?: Area;
  /**
   * Admits those too who have no right in the area any more: it holds pages that stay theirs, such as what they earned. Each of its
   * other pages is behind `enterOnly`.
   */
  isOpen?: boolean;
  children: ReactNode;
};

/**
 * The frame of one role's pages. Somebody who may not enter goes to their own home; this only spares them an
 * empty page, every call behind it decides for itself. Without `area`, and for a guest of an open one, it is the frame of the person's
 * own home.
 */
export async function RoleShell({ area, isOpen = false, children }: RoleShellProps) {
  const { me, active, areas, homePath } = await visitor();
  const isGuest = area !== undefined && !areas.includes(area);
  if (isGuest && !isOpen) redirect(homePath);
  const shown = area === undefined || isGuest ? areas[0] : area;
  const organisations = me.organisations.map((org) => ({
    id: org.id,
    legalName: org.legalName,
    kindWords: KIND_WORDS[org.kind],
    isActive: org.id === me.activeOrgId,
  }));
  return (
    <ApiProvider>
      <SecondFactorProvider isOn={me.hasSecondFactor}>
        <ShellFrame
          pages={shown === undefined ? [] : pagesOf(shown, areas, me.capabilities)}
          phone={shown === 'work' ? 'bar' : 'sheet'}
          orgSwitcher={organisations.length === 0 ? null : <OrgSwitcher organisations={organisations} />}
          account={
            <>
              <Notices />
              <AccountMenu
                name={me.name}
                email={me.email}
                personId={me.personId}
                appBuild={BUILD}
                organisations={organisations}
              />
            </>
          }
          notice={noticeOf(me, active?.status)}
        >
          {children}
        </ShellFrame>
        <SessionLock email={me.email} />
      </SecondFactorProvider>
    </ApiProvider>
  );
}

/** What keeps this person from acting, the first thing first; null when nothing does. */
function noticeOf(
  me: { email: string; isAddressConfirmed: boolean },
  status: 'unverified' | 'verified' | 'refused' | 'suspended' | undefined,
): ReactNode {
  if (!me.isAddressConfirmed) {
    return (
      <>
        Confirm your address with the link that was sent to {me.email}; until then you cannot sign, bid or
        take work. <TextLink href="/account">Send it again</TextLink>
      </>
    );
  }
  return status === undefined || status === 'verified' ? null : <NotVerified status={status} />;
}

function NotVerified({ status }: { status: 'unverified' | 'refused' | 'suspended' }) {
  if (status === 'unverified') {
    return 'Your organisation waits for verification by an operator. Until then you can draft, but not publish, bid, sign or read.';
  }
  return (
    <>
      {status === 'refused'
        ? 'Your organisation could not be verified. '
        : 'Your organisation is suspended: no publishing, bidding, signing or reading. '}
      <TextLink href="/account">See the reason</TextLink>
    </>
  );
}
