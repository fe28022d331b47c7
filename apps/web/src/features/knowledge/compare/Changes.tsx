import { useText } from '../../../text/text.js';
import type { Change } from '../../../worker/knowledge/protocol.js';
import { OneBlock } from '../reading/Blocks.js';
import styles from './compare.module.css';

interface ChangesProps {
  readonly changes: readonly Change[];
  readonly isInline: boolean;
}

/** Side by side, or one below the other with the words that went and came. */
export function Changes({ changes, isInline }: ChangesProps) {
  return (
    <div className={isInline ? styles['inline'] : styles['sides']}>
      {changes.map((change, index) => (
        <div key={index} className={styles['change']} data-kind={change.kind}>
          <Said change={change} />
          {isInline ? <Inline change={change} /> : <Sides change={change} />}
        </div>
      ))}
    </div>
  );
}

/** In words, as colour alone says nothing. */
function Said({ change: { kind, moved } }: { readonly change: Change }) {
  const text = useText();
  if (kind === 'UNCHANGED' && !moved) return null;
  return (
    <p className={styles['said']}>
      {kind !== 'UNCHANGED' && text(`compare.${kind}`)} {moved && text('compare.moved')}
    </p>
  );
}

function Sides({ change }: { readonly change: Change }) {
  const { before, after, kind } = change;
  return (
    <>
      <div className={styles['side']}>
        {kind === 'CHANGED' ? <Words change={change} side="REMOVED" /> : before && <OneBlock block={before} />}
      </div>
      <div className={styles['side']}>
        {kind === 'CHANGED' ? <Words change={change} side="ADDED" /> : after && <OneBlock block={after} />}
      </div>
    </>
  );
}

function Inline({ change }: { readonly change: Change }) {
  const { before, after, kind } = change;
  if (kind === 'CHANGED') return <Words change={change} side="both" />;
  const block = after ?? before;
  return block && <OneBlock block={block} />;
}

/** The words of a changed block, those of one side or of both; a change of form alone shows the block. */
function Words({ change, side }: { readonly change: Change; readonly side: 'ADDED' | 'REMOVED' | 'both' }) {
  const { words, before, after } = change;
  if (words.every(({ kind }) => kind === 'SAME')) {
    const block = side === 'REMOVED' ? before : after;
    return block && <OneBlock block={block} />;
  }
  const shown = words.filter(({ kind }) => kind === 'SAME' || side === 'both' || kind === side);
  return (
    <p dir="auto" className={styles['words']}>
      {shown.map(({ kind, text }, index) => {
        if (kind === 'SAME') return text;
        return kind === 'ADDED' ? <ins key={index}>{text}</ins> : <del key={index}>{text}</del>;
      })}
    </p>
  );
}
