import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { refusalResponse } from '#app/api/_request/guard-request.ts';
import { admitCalls } from '#app/api/_request/rate-limit.ts';
import { newId } from '#server/core/ids.ts';
import { authOptions } from './auth-options.ts';

type Params = { params: Promise<{ nextauth: string[] }> };

async function handle(request: NextRequest, context: Params): Promise<Response> {
  if (!(await admitCalls({ kind: 'anonymous' }, request, 1))) {
    const message = 'Too many tries at once. Wait ten seconds and try again.';
    return refusalResponse({ status: 429, reason: 'rate_limited', message }, newId());
  }
  return NextAuth(request, context, authOptions());
}

export { handle as GET, handle as POST };
