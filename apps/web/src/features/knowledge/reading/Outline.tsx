import { useSyncExternalStore } from 'react';

import { useText } from '../../../text/text.js';
import type { Paper } from '../../../worker/knowledge/protocol.js';
import styles from './reading.module.css';

/** From here on it stands beside the text, as reading.module.css says. */
const beside = matchMedia('(width >= 1180px)');

/** Calls when that begins and when it ends, until what is given back is called. */
function watch(changed: () => void): () => void {
  beside.addEventListener('change', changed);
  return () => {
    beside.removeEventListener('change', changed);
  };
}

/** The headings of the body, each leading to its place; folded where it stands above the text. */
export function Outline({ paper: { body } }: { readonly paper: Paper }) {
  const text = useText();
  const isBeside = useSyncExternalStore(watch, () => beside.matches);
  const headings = body.content.flatMap((block) => (block.type === 'heading' ? [block] : []));
  if (headings.length === 0) return <div className={styles['outline']} />;
  return (
    <nav aria-label={text('paper.contents')} className={styles['outline']}>
      <details open={isBeside}>
        <summary>{text('paper.contents')}</summary>
        <ul>
          {headings.map(({ attrs: { id, level }, content = [] }) => (
            <li key={id} data-level={level}>
              <a href={`#${id}`} dir="auto">
                {content.map((inline) => (inline.type === 'text' ? inline.text : ' ')).join('')}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </nav>
  );
}
