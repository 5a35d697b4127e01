import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Waits for the title, which comes after the page it names when somebody goes on within the app, and for what fades in or out: half-way
 * a note has no contrast. What moves without end (a spinner) is not waited for.
 */
async function settled(page: Page): Promise<void> {
  await expect(page).toHaveTitle(/\S/);
  await page.evaluate(async () => {
    const ends = document
      .getAnimations()
      .filter(
        ({ playState, effect }) =>
          playState === 'running' && Number.isFinite(Number(effect?.getComputedTiming().endTime)),
      )
      .map((one) => one.finished.catch(() => undefined));
    await Promise.all(ends);
  });
}

/** No violation of WCAG 2.2 A or AA on the page as it stands; the message names rule and element. */
export async function expectAccessible(page: Page): Promise<void> {
  const look = async () => {
    await settled(page);
    const axe = new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
    return (await axe.analyze()).violations;
  };
  let violations = await look();
  // The title waited for may have been that of the page before, which goes before the new one comes. A page without any fails the wait.
  if (violations.some((one) => one.id === 'document-title')) violations = await look();
  expect(
    violations.map(
      (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`,
    ),
  ).toEqual([]);
}

/** Nothing scrolls sideways but what has a frame of its own. */
export async function expectFits(page: Page): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
}
