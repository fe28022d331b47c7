import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import type { BlockDocument, MergePart, TopBlock } from '#document';

import { useText } from '../../../text/text.js';
import { Choice } from '../../../ui/choice.js';
import { Button } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import { Failure } from '../../../ui/states.js';
import type { Conflict } from '../../../worker/writing/protocol.js';
import { OneBlock } from '../reading/Blocks.js';
import styles from './editor.module.css';

interface ConflictProps {
  readonly conflict: Conflict;
  /** Publishes the merged text. */
  readonly merge: (blocks: BlockDocument) => Promise<void>;
  readonly onClose: () => void;
}

const SIDES = ['both', 'yours', 'theirs'] as const;
type Side = (typeof SIDES)[number];
type Meeting = Extract<MergePart, { kind: 'CONFLICT' }>;

/** Somebody published while this was written: what both changed stands here with both texts; the rest is merged. */
export function ConflictDialog({ conflict: { merge: parts, newestVersion }, merge, onClose }: ConflictProps) {
  const text = useText();
  const [chosen, choose] = useState<ReadonlyMap<number, Side>>(new Map());
  const publish = useMutation({ mutationFn: () => merge(merged(parts, chosen)) });
  const meetings = parts.flatMap((part, index) => (part.kind === 'CONFLICT' ? [{ part, index }] : []));
  return (
    <Dialog
      isOpen
      role="alertdialog"
      title={text('conflict.title', { version: newestVersion })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{text('conflict.later')}</Button>
          <Button
            manner="main"
            isBusy={publish.isPending}
            onPress={() => {
              publish.mutate();
            }}
          >
            {text('conflict.do')}
          </Button>
        </>
      }
    >
      <p>{text('conflict.why', { count: meetings.length })}</p>
      {meetings.map(({ part, index }) => (
        <MeetingView
          key={index}
          part={part}
          side={chosen.get(index) ?? 'both'}
          choose={(side) => {
            choose(new Map([...chosen, [index, side]]));
          }}
        />
      ))}
      <Failure error={publish.error} />
    </Dialog>
  );
}

interface MeetingProps {
  readonly part: Meeting;
  readonly side: Side;
  readonly choose: (side: Side) => void;
}

function MeetingView({ part: { yours, theirs }, side, choose }: MeetingProps) {
  const text = useText();
  return (
    <div className={styles['meeting']}>
      <div className={styles['texts']}>
        <section>
          <h3>{text('conflict.yours')}</h3>
          {yours ? <OneBlock block={yours} /> : <p>{text('conflict.removed')}</p>}
        </section>
        <section>
          <h3>{text('conflict.theirs')}</h3>
          {theirs ? <OneBlock block={theirs} /> : <p>{text('conflict.removed')}</p>}
        </section>
      </div>
      <Choice
        label={text('conflict.take')}
        value={side}
        options={SIDES.map((id) => ({ id, text: text(`conflict.take.${id}`) }))}
        onChange={(id) => {
          choose(SIDES.find((one) => one === id) ?? 'both');
        }}
      />
    </div>
  );
}

/** Nobody's text is left out unless somebody said so. */
function merged(parts: readonly MergePart[], chosen: ReadonlyMap<number, Side>): BlockDocument {
  const content = parts.flatMap((part, index): TopBlock[] => {
    if (part.kind === 'TAKEN') return [part.block];
    const side = chosen.get(index) ?? 'both';
    const { yours, theirs } = part;
    if (side === 'yours') return yours ? [yours] : [];
    if (side === 'theirs') return theirs ? [theirs] : [];
    const second = yours && theirs ? [withFreshId(yours)] : [yours].filter((block) => block !== null);
    return [...(theirs ? [theirs] : []), ...second];
  });
  return { type: 'doc', content };
}

const withFreshId = (block: TopBlock): TopBlock =>
  ({ ...block, attrs: { ...block.attrs, id: crypto.randomUUID() } }) as TopBlock;
