import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import '@fontsource-variable/inter/wght.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import '@fontsource/ibm-plex-mono/latin-500.css';
import './globals.css';
import { OnePress } from '#app/_shell/one-press.tsx';
import { Theme } from '#app/_ui/theme.tsx';
import { Toasts } from '#app/_ui/toasts.tsx';

export const metadata: Metadata = {
  title: { default: 'Readroom', template: '%s · Readroom' },
  description: 'Clinical data annotation: qualified readers, proven quality, exact pay.',
  icons: { icon: '/icon.svg' },
  referrer: 'no-referrer',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fcfcfc' },
    { media: '(prefers-color-scheme: dark)', color: '#111314' },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Theme>
          {children}
          <Toasts />
          <OnePress />
        </Theme>
      </body>
    </html>
  );
}
