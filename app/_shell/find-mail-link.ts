import { TRPCError } from '@trpc/server';
import { api } from '#app/_trpc/server.ts';

/** What the link of this page is worth; `unknown` too when it is for something else. */
export async function findMailLink(
  token: string,
  purpose: 'confirm_address' | 'reset_password',
): Promise<'open' | 'used' | 'replaced' | 'expired' | 'unknown'> {
  try {
    const link = await (await api()).identity.mailLink({ token });
    return link.purpose === purpose ? link.state : 'unknown';
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST'))
      return 'unknown';
    throw error;
  }
}
