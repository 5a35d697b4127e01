import type { ReactNode } from 'react';
import { enterOnly } from '#app/_shell/role-shell.tsx';

/** Pages of the area that are nobody's but its readers': whoever types such an address without a right to read goes to their own home. */
export default async function Layout({ children }: { children: ReactNode }) {
  await enterOnly('work');
  return children;
}
