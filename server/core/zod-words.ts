import { type $ZodIssueTooBig, type $ZodIssueTooSmall, type $ZodRawIssue, config } from 'zod/v4/core';

// From the core alone: pages that show what a server refused would otherwise load all of zod for it.

/** Longest or shortest, in the words of what is counted. */
function limitWords(issue: $ZodRawIssue<$ZodIssueTooBig | $ZodIssueTooSmall>): string | undefined {
  const isMost = issue.code === 'too_big';
  const limit = String(isMost ? issue.maximum : issue.minimum);
  const bound = `${isMost ? 'at most' : 'at least'} ${limit}`;
  const counted = (noun: string) => `${bound} ${noun}${limit === '1' ? '' : 's'}`;
  switch (issue.origin) {
    case 'string':
      if (isMost) return `Shorten this to ${counted('character')}.`;
      return limit === '1' ? 'This is missing.' : `Write ${counted('character')}.`;
    case 'array':
    case 'set':
      return `Give ${counted('entry').replace('entrys', 'entries')}.`;
    case 'number':
    case 'int':
    case 'bigint':
      if (issue.inclusive === false) return `This must be ${isMost ? 'below' : 'above'} ${limit}.`;
      return `This must be ${bound}.`;
    default:
      return undefined;
  }
}

/** What to do about a value that a schema refuses without words of its own; undefined leaves it to zod. */
export function zodWords(issue: $ZodRawIssue): string | undefined {
  if (issue.code === 'too_big' || issue.code === 'too_small') return limitWords(issue);
  if (issue.code === 'invalid_format' && issue.format === 'email')
    return 'Write an e-mail address, such as name@example.org.';
  return undefined;
}

config({ customError: zodWords });
