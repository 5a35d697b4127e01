import { isDatabaseUp } from '#server/database.ts';

export const dynamic = 'force-dynamic';

/** 200 when this process answers and reaches its database, 503 otherwise; says nothing else to anybody. */
export async function GET(): Promise<Response> {
  const up = await isDatabaseUp();
  return Response.json(
    { status: up ? 'ok' : 'database_unreachable' },
    { status: up ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  );
}
