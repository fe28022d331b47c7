import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ComponentType } from 'react';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Failure, Skeleton } from '../../../ui/states.js';
import type { Kind, OpenDraft, SchemaData } from '../../../worker/writing/protocol.js';
import { Act } from '../Act.js';
import { LabelField } from '../LabelField.js';
import { useNames } from '../words.js';
import styles from './editor.module.css';
import type { DraftInHand } from './useDraft.js';

interface PartsProps {
  readonly draft: OpenDraft;
  readonly kind: Kind;
  readonly schema: SchemaData;
  /** The paper's: a part covers its label, and is begun under what the server has of it. */
  readonly hand: DraftInHand;
  /** What a part is edited in: the same as its whole. */
  readonly Editor: PartEditor;
}

type PartEditor = ComponentType<{
  readonly draft: OpenDraft;
  readonly schema: SchemaData;
  readonly kinds: readonly Kind[];
  readonly isPart: true;
}>;

/** Red lines and the like: papers inside the paper, with labels of their own, of which others learn nothing. */
export function Parts({ draft, kind, schema, hand, Editor }: PartsProps) {
  const text = useText();
  const drafts = usePartDrafts(draft);
  return (
    <section className={styles['parts']}>
      <h2>{text('parts.title')}</h2>
      <p className={styles['quiet']}>{text('parts.why')}</p>
      {kind.parts.map((slot) => {
        const known = drafts.parts.get(slot);
        return known === undefined ? (
          <Begin key={slot} draft={draft} slot={slot} hand={hand} begun={drafts.begun} />
        ) : (
          <Part key={slot} draftId={known} schema={schema} Editor={Editor} />
        );
      })}
    </section>
  );
}

/** The drafts of parts that there were when it was opened, and those begun since. */
function usePartDrafts({ parts }: OpenDraft) {
  const [known, setKnown] = useState(() => new Map(parts.map(({ slot, draftId }) => [slot, draftId])));
  return {
    parts: known,
    begun: (slot: string, draftId: string) => {
      setKnown(new Map([...known, [slot, draftId]]));
    },
  };
}

interface PartProps extends Pick<PartsProps, 'schema' | 'Editor'> {
  readonly draftId: string;
}

function Part({ draftId, schema, Editor }: PartProps) {
  const { desk } = useSession();
  const [visit] = useState(() => crypto.randomUUID());
  const { data, error } = useQuery({
    queryKey: ['draft', draftId, visit],
    queryFn: () => desk.writing.open(draftId),
    gcTime: 0,
  });
  if (error) return <Failure error={error} />;
  return data ? <Editor draft={data} schema={schema} kinds={[]} isPart /> : <Skeleton rows={3} />;
}

interface BeginProps {
  readonly draft: OpenDraft;
  readonly slot: string;
  readonly hand: DraftInHand;
  readonly begun: (slot: string, draftId: string) => void;
}

function Begin({ draft, slot, hand, begun }: BeginProps) {
  const { label } = hand.written;
  const { desk } = useSession();
  const text = useText();
  const names = useNames();
  const [isAsking, setAsking] = useState(false);
  const [chosen, choose] = useState(label);
  const name = names.field(slot);
  const run = async (): Promise<void> => {
    await hand.flush(); // a label that was raised a moment ago
    const existing = await readable(draft.documentId, slot);
    const covering = await desk.knowledge.cover([chosen, label]);
    begun(
      slot,
      existing
        ? await desk.writing.revise(existing)
        : await desk.writing.beginPart(draft.id, slot, name, covering.label),
    );
  };
  /** A part of the published paper that one may read is the one that is written in. */
  const readable = async (documentId: string | null, wanted: string): Promise<string | undefined> => {
    if (documentId === null) return undefined;
    const { parts } = await desk.knowledge.paper(documentId);
    return parts.find((part) => part.slot === wanted)?.id;
  };
  return (
    <>
      <Button
        onPress={() => {
          setAsking(true);
        }}
      >
        {text('parts.begin', { name })}
      </Button>
      {isAsking && (
        <Act
          title={text('parts.begin', { name })}
          act={text('parts.do')}
          run={run}
          onClose={() => {
            setAsking(false);
          }}
        >
          <p>{text('parts.label')}</p>
          <LabelField value={chosen} onChange={choose} />
        </Act>
      )}
    </>
  );
}
