'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useSyncExternalStore } from 'react';
import { Button } from './button.tsx';
import { DropdownMenu } from './dropdown-menu.tsx';

const never = () => () => {};

/** Light, dark, or as the system has it. */
export function ThemeToggle() {
  const { theme, setTheme } = useTheme();
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const chosen = inBrowser ? (theme ?? 'system') : 'system';
  const icon =
    chosen === 'dark' ? (
      <Moon aria-hidden />
    ) : chosen === 'light' ? (
      <Sun aria-hidden />
    ) : (
      <Monitor aria-hidden />
    );
  return (
    <DropdownMenu
      trigger={<Button variant="quiet" size="icon" aria-label="Theme" icon={icon} />}
      entries={[
        { label: 'Light', icon: <Sun aria-hidden />, onSelect: () => setTheme('light') },
        { label: 'Dark', icon: <Moon aria-hidden />, onSelect: () => setTheme('dark') },
        { label: 'As the system', icon: <Monitor aria-hidden />, onSelect: () => setTheme('system') },
      ]}
    />
  );
}
