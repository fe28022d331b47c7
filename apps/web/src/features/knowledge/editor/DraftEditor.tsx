import { useId, useState } from 'react';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button, Field } from '../../../ui/controls.js';
import { Banner, Marking } from '../../../ui/marking.js';
import { When } from '../../../ui/when.js';
import type { Kind, OpenDraft, SchemaData, Written } from '../../../worker/writing/protocol.js';
import { Act } from '../Act.js';
import { LabelField, useMarking } from '../LabelField.js';
import { useNames } from '../words.js';
import { BlockEditor } from './BlockEditor.js';
import { ElsewhereDialog } from './Elsewhere.js';
import { Details } from './Details.js';
import styles from './editor.module.css';
import { Finish } from './Finish.js';
import { Footnotes } from './Footnotes.js';
import { Parts } from './Parts.js';
import { useCover } from './useCover.js';
import { useDraft } from './useDraft.js';
import type { DraftInHand } from './useDraft.js';

interface DraftEditorProps {
  readonly draft: OpenDraft;
  readonly schema: SchemaData;
  readonly kinds: readonly Kind[];
  /** A separately labelled part, which is written and published with its paper. */
  readonly isPart?: boolean;
}

/** One paper, or one part of it, being written. */
export function DraftEditor({ draft, schema, kinds, isPart = false }: DraftEditorProps) {
  const text = useText();
  const names = useNames();
  const heading = useId();
  const hand = useDraft(draft);
  const { written, change, version, other, settle } = hand;
  const cover = useCover(draft, written.label, (label) => {
    change({ label });
  });
  const marking = useMarking(written.label);
  const kind = kinds.find(({ id }) => id === written.kind);
  const name = isPart ? names.field(written.slot ?? '') : text('editor.text');
  return (
    <section aria-labelledby={heading} className={isPart ? styles['part'] : styles['paper']}>
      <Banner text={marking} />
      <Head draft={draft} hand={hand} marking={marking} heading={heading} isPart={isPart} />
      {!isPart && (
        <Field
          label={text('paper.title')}
          value={written.title}
          onChange={(title) => {
            change({ title });
          }}
        />
      )}
      {!isPart && <Details written={written} kind={kind} change={change} />}
      <BlockEditor
        schema={schema}
        blocks={written.blocks}
        version={version}
        name={name}
        isHeaded={!isPart}
        label={written.label}
        portions={cover.portions}
        mayCite={cover.mayCite}
        addFootnote={(words) => {
          const mark = nextMark(written);
          change({ footnotes: [...(written.footnotes ?? []), { mark, text: words }] });
          return mark;
        }}
        onChange={(blocks, editor) => {
          change({ blocks });
          cover.follow(editor);
        }}
      />
      <Footnotes written={written} change={change} />
      {!isPart && kind && kind.parts.length > 0 && (
        <Parts draft={draft} kind={kind} schema={schema} hand={hand} Editor={DraftEditor} />
      )}
      {cover.question}
      {other && <ElsewhereDialog yours={written} theirs={other.written} settle={settle} />}
    </section>
  );
}

/** The first number that calls no footnote yet. */
function nextMark({ footnotes }: Written): string {
  const used = new Set((footnotes ?? []).map(({ mark }) => mark));
  let number = 1;
  while (used.has(String(number))) number += 1;
  return String(number);
}

interface HeadProps {
  readonly draft: OpenDraft;
  readonly hand: DraftInHand;
  readonly marking: string;
  readonly heading: string;
  readonly isPart: boolean;
}

function Head({ draft, hand, marking, heading, isPart }: HeadProps) {
  const text = useText();
  const names = useNames();
  const { written, change } = hand;
  const [isMarking, setMarking] = useState(false);
  const title =
    draft.documentId === null ? text('editor.new') : text('editor.revising', { version: draft.baseVersion ?? 0 });
  return (
    <header className={styles['head']}>
      {isPart ? <h2 id={heading}>{names.field(written.slot ?? '')}</h2> : <h1 id={heading}>{title}</h1>}
      <Button
        manner="quiet"
        aria-label={text('editor.marking', { marking })}
        onPress={() => {
          setMarking(true);
        }}
      >
        <Marking text={marking} /> <span aria-hidden="true">▾</span>
      </Button>
      <State hand={hand} />
      {!isPart && <Finish draft={draft} hand={hand} />}
      {isMarking && (
        <PaperLabel
          written={written}
          change={change}
          onClose={() => {
            setMarking(false);
          }}
        />
      )}
    </header>
  );
}

/** Where the newest text is. */
function State({ hand: { state } }: { readonly hand: DraftInHand }) {
  const text = useText();
  if (state === 'writing') return <span className={styles['state']}>{text('draft.writing')}</span>;
  return (
    <span role="status" className={styles['state']} data-saved={state.isSaved}>
      {text(state.isSaved ? 'draft.saved' : 'draft.kept')} <When time={state.at} />
      {state.trouble !== null && ` · ${text('draft.refused', { code: state.trouble })}`}
    </span>
  );
}

interface PaperLabelProps {
  readonly written: Written;
  readonly change: (part: Partial<Written>) => void;
  readonly onClose: () => void;
}

/** The label of the whole; never below what stands in it. */
function PaperLabel({ written, change, onClose }: PaperLabelProps) {
  const { desk } = useSession();
  const text = useText();
  const [label, setLabel] = useState(written.label);
  const run = async (): Promise<void> => {
    const own = written.blocks.content.flatMap(({ attrs }) => (attrs.label ? [attrs.label] : []));
    const covering = await desk.knowledge.cover([label, ...own]);
    change({ label: covering.label });
  };
  return (
    <Act title={text('label.title')} act={text('label.do')} run={run} onClose={onClose}>
      <p>{text('label.why')}</p>
      <LabelField value={label} onChange={setLabel} />
    </Act>
  );
}
