import { useText } from '../../../text/text.js';
import type { Paper } from '../../../worker/knowledge/protocol.js';
import styles from './reading.module.css';

/** The headings of the body, each leading to its place. */
export function Outline({ paper: { body } }: { readonly paper: Paper }) {
  const text = useText();
  const headings = body.content.flatMap((block) => (block.type === 'heading' ? [block] : []));
  if (headings.length === 0) return <div className={styles['outline']} />;
  return (
    <nav aria-label={text('paper.contents')} className={styles['outline']}>
      <h2>{text('paper.contents')}</h2>
      <ul>
        {headings.map(({ attrs: { id, level }, content = [] }) => (
          <li key={id} data-level={level}>
            <a href={`#${id}`} dir="auto">
              {content.map((inline) => (inline.type === 'text' ? inline.text : ' ')).join('')}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
