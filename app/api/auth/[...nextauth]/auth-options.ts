import type { NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { systemClock } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { database } from '#server/database.ts';
import { env } from '#server/env.ts';
import { SESSION_ABSOLUTE_MS } from '#server/identity/rules.ts';
import { signIn } from '#server/identity/sign-in.ts';
import { signOut } from '#server/identity/sign-out.ts';
import { errorFields, log } from '#server/log.ts';

const anonymousContext = () => ({
  db: database(),
  clock: systemClock,
  actor: { kind: 'anonymous' as const },
  requestId: newId(),
});

/**
 * Sign-in by address, password and, where the account has a second factor, its code. The cookie is an encrypted token that holds nothing but the id of a session
 * row (ADR 005): the row decides whether it is still good, so sessions can idle out and be ended from the server.
 */
export function authOptions(): NextAuthOptions {
  return {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: 'jwt', maxAge: SESSION_ABSOLUTE_MS / 1000 },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [
      CredentialsProvider({
        credentials: { email: { type: 'email' }, password: { type: 'password' }, code: { type: 'text' } },
        authorize: async (credentials, request) => {
          const { email, password, code = '' } = credentials ?? {};
          if (!email || !password || email.length > 254 || password.length > 128 || code.length > 40)
            return null;
          try {
            const userAgent = String(request.headers?.['user-agent'] ?? '') || null;
            const session = await signIn(anonymousContext(), {
              email,
              password,
              code,
              userAgent,
              country: countryOf(request.headers),
            });
            return { id: session.sessionId };
          } catch (error) {
            if (error instanceof AppError) throw new Error(error.reason);
            log.error(errorFields(error), 'sign-in failed');
            throw new Error('unavailable');
          }
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sid: user?.id ?? token.sid }),
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: async ({ token }) => {
        if (typeof token?.sid === 'string') await signOut(anonymousContext(), { sessionId: token.sid });
      },
    },
    logger: {
      error: (code) => {
        if (!code.startsWith('CALLBACK_CREDENTIALS')) log.error({ code }, 'auth error');
      },
      warn: () => {},
      debug: () => {},
    },
  };
}

/** The country a trusted proxy has looked up, when READROOM_COUNTRY_HEADER names its header. */
function countryOf(headers: Record<string, unknown> | undefined): string | null {
  const name = process.env.READROOM_COUNTRY_HEADER?.toLowerCase();
  const value = name === undefined ? undefined : headers?.[name];
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? value : null;
}
