import type { ComponentProps } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { cn } from './cn.ts';

const plugins = [remarkGfm];

/** What scrolls sideways must be reachable by keyboard. */
const scrollable = { tabIndex: 0 } as const;

/** Headings inside a text start below the page's own, so that the outline stays right. */
const components: Components = {
  h1: (props) => <h3 className="mt-6 mb-2 font-semibold text-lg first:mt-0">{props.children}</h3>,
  h2: (props) => <h4 className="mt-5 mb-1.5 font-semibold text-base first:mt-0">{props.children}</h4>,
  h3: (props) => <h5 className="mt-4 mb-1 font-semibold text-sm first:mt-0">{props.children}</h5>,
  p: (props) => <p className="my-2 first:mt-0 last:mb-0">{props.children}</p>,
  ul: (props) => <ul className="my-2 list-disc space-y-1 pl-5">{props.children}</ul>,
  ol: (props) => <ol className="my-2 list-decimal space-y-1 pl-5">{props.children}</ol>,
  blockquote: (props) => (
    <blockquote className="my-3 border-line-strong border-l-2 pl-3 text-ink-2">{props.children}</blockquote>
  ),
  hr: () => <hr className="my-4 border-line" />,
  code: (props) => (
    <code className="rounded-sm bg-neutral-soft px-1 font-mono text-[0.92em]">{props.children}</code>
  ),
  pre: (props: ComponentProps<'pre'>) => (
    <pre
      {...scrollable}
      className="my-3 overflow-x-auto rounded-md bg-sunken p-3 text-sm [&_code]:bg-transparent [&_code]:p-0"
    >
      {props.children}
    </pre>
  ),
  table: (props) => (
    <div {...scrollable} className="my-3 overflow-x-auto">
      <table className="w-full border-collapse text-sm">{props.children}</table>
    </div>
  ),
  th: (props) => (
    <th className="border-line-strong border-b px-2 py-1.5 text-left font-medium">{props.children}</th>
  ),
  td: (props) => <td className="border-line border-b px-2 py-1.5 align-top">{props.children}</td>,
  a: (props) => (
    <a
      href={props.href}
      rel="noreferrer noopener nofollow"
      className="text-accent-ink underline underline-offset-[3px]"
    >
      {props.children}
    </a>
  ),
  // A picture from elsewhere would tell its server who reads which guideline; it is named instead of loaded.
  img: (props) =>
    typeof props.src === 'string' && props.src.startsWith('/') ? (
      // biome-ignore lint/performance/noImgElement: guideline pictures have no known size and are served as they are
      <img src={props.src} alt={props.alt ?? ''} className="my-3 max-w-full rounded-md" />
    ) : (
      <span className="text-ink-3">[picture not shown: {props.alt || 'no description'}]</span>
    ),
};

/** Text written by people, as elements: no raw HTML, no pictures from other origins, no script links. */
export function Markdown({ children, className }: { children: string; className?: string | undefined }) {
  return (
    <div className={cn('prose-width break-words text-base', className)}>
      <ReactMarkdown remarkPlugins={plugins} skipHtml components={components}>
        {children}
      </ReactMarkdown>
    </div>
  );
}
