import { Link } from 'wouter';

import type { Block, BlockDocument, Inline, ListItem, Mark, TableCell, TopBlock } from '#document';

import { Marking } from '../../../ui/marking.js';
import styles from './reading.module.css';

interface BlocksProps {
  readonly document: BlockDocument;
  /** What stands before blocks with a label of their own, by block. */
  readonly portions: Readonly<Record<string, string>>;
  /** What stands beside a block. */
  readonly beside?: (block: TopBlock) => React.ReactNode;
}

/** A body, element by element: no text is ever taken for markup. */
export function Blocks({ document, portions, beside }: BlocksProps) {
  const top = topOf(document.content);
  return (
    <>
      {document.content.map((block) => {
        const { id } = block.attrs;
        const portion = portions[id];
        return (
          <div key={id} id={id} className={styles['block']} data-portion={portion !== undefined}>
            {portion !== undefined && <Marking text={portion} />}
            <OneBlock block={block} top={top} />
            {beside && <div className={styles['beside']}>{beside(block)}</div>}
          </div>
        );
      })}
    </>
  );
}

/** The rank of the highest headings: under the paper's own title they are the next ones. */
const topOf = (blocks: readonly Block[]): number =>
  Math.min(...blocks.flatMap((block) => (block.type === 'heading' ? [block.attrs.level] : [])), 6);

interface OneBlockProps {
  readonly block: Block;
  /** See `topOf`; of a block that stands alone its own. */
  readonly top?: number;
}

export function OneBlock({ block, top = topOf([block]) }: OneBlockProps) {
  switch (block.type) {
    case 'paragraph':
      return (
        <p dir="auto">
          <Run inline={block.content} />
        </p>
      );
    case 'heading':
      return <Heading level={block.attrs.level - top + 1} inline={block.content} />;
    case 'blockquote':
      return <blockquote dir="auto">{(block.content ?? []).map(numbered)}</blockquote>;
    case 'code_block':
      return (
        <pre dir="ltr">
          <code>{(block.content ?? []).map(({ text }) => text).join('')}</code>
        </pre>
      );
    case 'bullet_list':
      return <ul dir="auto">{(block.content ?? []).map(item)}</ul>;
    case 'ordered_list':
      return (
        <ol dir="auto" start={block.attrs.order}>
          {(block.content ?? []).map(item)}
        </ol>
      );
    case 'table':
      return (
        <table dir="auto">
          <tbody>
            {(block.content ?? []).map((row, index) => (
              <tr key={index}>{(row.content ?? []).map(cell)}</tr>
            ))}
          </tbody>
        </table>
      );
    case 'horizontal_rule':
      return <hr />;
  }
}

/** The page has the paper's title as its first heading: those of the body stand below it. */
function Heading({ level, inline }: { readonly level: number; readonly inline: readonly Inline[] | undefined }) {
  const Tag = (['h2', 'h3', 'h4', 'h5', 'h6', 'h6'] as const)[level - 1] ?? 'h6';
  return (
    <Tag dir="auto">
      <Run inline={inline} />
    </Tag>
  );
}

const numbered = (block: Block, index: number) => <OneBlock key={index} block={block} />;

const item = ({ content = [] }: ListItem, index: number) => <li key={index}>{content.map(numbered)}</li>;

function cell({ type, content }: TableCell, index: number) {
  const Tag = type === 'table_header' ? 'th' : 'td';
  return (
    <Tag key={index} dir="auto">
      <Run inline={content} />
    </Tag>
  );
}

function Run({ inline = [] }: { readonly inline: readonly Inline[] | undefined }) {
  return <>{inline.map((one, index) => marked(one, index))}</>;
}

function marked(inline: Inline, index: number): React.ReactNode {
  const inner = contentOf(inline);
  const dressed = (inline.marks ?? []).reduceRight<React.ReactNode>((content, mark) => dress(mark, content), inner);
  return <span key={index}>{dressed}</span>;
}

function contentOf(inline: Inline): React.ReactNode {
  if (inline.type === 'text') return inline.text;
  return inline.type === 'hard_break' ? <br /> : <sup>{inline.attrs.mark}</sup>;
}

function dress(mark: Mark, content: React.ReactNode): React.ReactNode {
  switch (mark.type) {
    case 'strong':
      return <strong>{content}</strong>;
    case 'em':
      return <em>{content}</em>;
    case 'underline':
      return <u>{content}</u>;
    case 'code':
      return <code>{content}</code>;
    case 'link':
      return <Leading href={mark.attrs.href}>{content}</Leading>;
  }
}

/** Links between papers lead to the paper; `parseDocument` lets through no address but http, https, mailto and papers. */
function Leading({ href, children }: { readonly href: string; readonly children: React.ReactNode }) {
  const [, paper, block] = /^chancery:document\/([\w-]+)(?:\/\d+)?(?:#([\w-]+))?/.exec(href) ?? [];
  if (paper !== undefined)
    return <Link to={`/papers/${paper}${block === undefined ? '' : `#${block}`}`}>{children}</Link>;
  return (
    <a href={href} rel="noreferrer noopener" target="_blank">
      {children}
    </a>
  );
}
