import { setOnboarding } from './resources/accounts.ts';
import type { Store, StoredAccount, StoredLink } from './store.ts';

/** Where the browser goes next, or the page it gets. */
export type PageAnswer = { redirectTo: string } | { html: string; status: number };

const OUTCOMES: Record<string, { onboarding: StoredAccount['onboarding']; label: string }> = {
  complete: { onboarding: 'complete', label: 'Provide everything: ready to be paid' },
  pending: { onboarding: 'pending', label: 'Provide everything, verification takes its time' },
  failed: { onboarding: 'failed', label: 'Provide a document that can’t be read' },
  unfinished: { onboarding: 'unfinished', label: 'Leave without finishing' },
};

/** Stands for Stripe's hosted onboarding. A link that is used up or too old goes back to its refresh URL. */
export function showOnboarding(store: Store, token: string): PageAnswer {
  const link = findLink(store, token);
  if (!link)
    return { status: 404, html: page('<p>This link is not known. Ask for a new one in Readroom.</p>') };
  if (isOver(store, link)) return { redirectTo: link.refreshUrl };
  const buttons = Object.entries(OUTCOMES).map(
    ([name, { label }]) => `<button name="outcome" value="${name}">${label}</button>`,
  );
  const lead = `<p>This stands for Stripe’s own form. Account <code>${link.accountId}</code>. No data is asked for.</p>`;
  return { status: 200, html: page(`${lead}<form method="post">${buttons.join('')}</form>`) };
}

/** Carries out what was chosen and sends the browser back to where the link came from. */
export function submitOnboarding(store: Store, token: string, outcome: string): PageAnswer {
  const link = findLink(store, token);
  if (!link) return showOnboarding(store, token);
  if (isOver(store, link)) return { redirectTo: link.refreshUrl };
  const choice = OUTCOMES[outcome];
  if (!choice) return showOnboarding(store, token);
  store.transact((tx) => {
    const account = tx.get('accounts', link.accountId);
    if (account && account.onboarding !== 'unsupported') setOnboarding(tx, link.accountId, choice.onboarding);
    tx.put('links', token, { ...link, isUsed: true });
  });
  return { redirectTo: link.returnUrl ?? link.refreshUrl };
}

function findLink(store: Store, token: string): StoredLink | undefined {
  return store.transact((tx) => tx.get('links', token));
}

function isOver(store: Store, link: StoredLink): boolean {
  return link.isUsed || link.expiresAt <= store.now();
}

function page(content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Payment sandbox</title><style>body{font:16px/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}
button{display:block;width:100%;margin:.75rem 0;padding:.75rem;font:inherit;text-align:left}</style></head>
<body><main><h1>Payment sandbox</h1>${content}</main></body></html>`;
}
