import type { Editor } from '@tiptap/core';
import { undo } from '@tiptap/pm/history';
import { useRef, useState } from 'react';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import type { Marked, PlainLabel } from '../../../worker/knowledge/protocol.js';
import type { OpenDraft } from '../../../worker/writing/protocol.js';
import { labelBlocks, labelHere, labelsIn } from './insertions.js';

interface Question {
  readonly marked: Marked;
  readonly answer: (isWanted: boolean) => void;
}

/**
 * The paper's label covers everything in it: what would raise it is asked for first. Answers whether the paper's label covers the labels
 * then, and gives the dialog that asks.
 */
export function useCover(draft: OpenDraft, label: PlainLabel, setLabel: (label: PlainLabel) => void) {
  const { desk } = useSession();
  const [question, ask] = useState<Question>();
  const [portions, setPortions] = useState(() => portionsOf(draft));
  const covered = useRef<string>(undefined);

  const cover = async (labels: readonly PlainLabel[]): Promise<boolean> => {
    const [own, whole] = await Promise.all([desk.knowledge.cover([label]), desk.knowledge.cover([label, ...labels])]);
    if (own.marking === whole.marking) return true;
    const isWanted = await new Promise<boolean>((answer) => {
      ask({ marked: whole, answer });
    });
    ask(undefined);
    if (isWanted) setLabel(whole.label);
    return isWanted;
  };
  /** After each change: new portion labels get their marks, and the paper covers them or they go again. */
  const follow = (editor: Editor): void => {
    const labels = labelsIn(editor) as PlainLabel[];
    const known = JSON.stringify([label, labels]);
    if (covered.current === known) return;
    covered.current = known;
    void Promise.all(labels.map((one) => desk.knowledge.cover([one]))).then((marked) => {
      setPortions(new Map(marked.map(({ portion }, index) => [JSON.stringify(labels[index]), portion])));
    });
    void cover(labels).then((isCovered) => {
      if (!isCovered) undo(editor.state, editor.view.dispatch);
    });
  };
  const mayCite = async (editor: Editor, cited: PlainLabel): Promise<boolean> => {
    const own = labelHere(editor) as PlainLabel | null;
    if (own === null) return cover([cited]);
    const { label: both } = await desk.knowledge.cover([own, cited]);
    if (!(await cover([both]))) return false;
    labelBlocks(editor, both);
    return true;
  };
  return { portions, follow, mayCite, cover, question: question && <Raise question={question} /> };
}

function portionsOf({ written, portions }: OpenDraft): ReadonlyMap<string, string> {
  const marked = written.blocks.content.flatMap(({ attrs: { id, label } }) =>
    label ? [[JSON.stringify(label), portions[id] ?? ''] as const] : [],
  );
  return new Map(marked);
}

/** A paper with a higher paragraph is a higher paper. */
function Raise({ question: { marked, answer } }: { readonly question: Question }) {
  const text = useText();
  return (
    <Dialog
      isOpen
      role="alertdialog"
      title={text('raise.title', { marking: marked.marking })}
      onClose={() => {
        answer(false);
      }}
      actions={
        <>
          <Button
            onPress={() => {
              answer(false);
            }}
          >
            {text('raise.not')}
          </Button>
          <Button
            manner="main"
            onPress={() => {
              answer(true);
            }}
          >
            {text('raise.do', { marking: marked.marking })}
          </Button>
        </>
      }
    >
      <p>{text('raise.why')}</p>
    </Dialog>
  );
}
