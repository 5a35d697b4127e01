/** A full link into this installation, for mails. */
export function appLink(path: `/${string}`): string {
  return new URL(path, process.env.NEXTAUTH_URL ?? 'http://localhost:3000').href;
}
