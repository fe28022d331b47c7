import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Form } from 'react-aria-components';

import { useBegun } from '../../../app/begun.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { CallingField, WithCalls } from '../../../ui/calling.js';
import { Check } from '../../../ui/check.js';
import { Button } from '../../../ui/controls.js';
import { ContentMarking } from '../../../ui/marking.js';
import { Menu } from '../../../ui/menu.js';
import { PersonName } from '../../../ui/person.js';
import { StartOver } from '../../../ui/startOver.js';
import { Failure } from '../../../ui/states.js';
import { When } from '../../../ui/when.js';
import type { Comment, Paper } from '../../../worker/knowledge/protocol.js';
import { textOf } from '../textOf.js';
import { usePeople } from '../words.js';
import { commentsKey, useThreads } from './comments.js';
import type { Thread } from './comments.js';
import { useMentions } from './mentions.js';
import styles from './reading.module.css';

interface CommentsProps {
  readonly paper: Paper;
  /** The block that somebody wants to comment on; null: the whole paper; undefined: nobody is about to. */
  readonly about: string | null | undefined;
  readonly setAbout: (about: string | null | undefined) => void;
}

/** What is said about the paper and its blocks, in threads. */
export function Comments({ paper, about, setAbout }: CommentsProps) {
  const text = useText();
  const [withResolved, setWithResolved] = useState(false);
  const { threads, error, more } = useThreads(paper.id);
  const shown = threads.filter(({ root }) => withResolved || root.resolvedAt === null);
  return (
    <div className={styles['comments']}>
      {about === undefined ? (
        <Button
          onPress={() => {
            setAbout(null);
          }}
        >
          {text('comment.new')}
        </Button>
      ) : (
        <NewComment
          paper={paper}
          about={about}
          onDone={() => {
            setAbout(undefined);
          }}
        />
      )}
      <Failure error={error} />
      {threads.some(({ root }) => root.resolvedAt !== null) && (
        <Check label={text('comment.resolved.show')} isSelected={withResolved} onChange={setWithResolved} />
      )}
      {shown.length === 0 && <p className={styles['quiet']}>{text('comment.none')}</p>}
      {shown.map((thread) => (
        <ThreadView key={thread.root.id} paper={paper} thread={thread} />
      ))}
      {more && <Button onPress={more}>{text('search.more')}</Button>}
    </div>
  );
}

function useChange(paperId: string, change: () => Promise<void>, onDone?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: commentsKey(paperId) });
      onDone?.();
    },
  });
}

function Quote({ paper, blockId }: { readonly paper: Paper; readonly blockId: string | null }) {
  const block = paper.body.content.find(({ attrs }) => attrs.id === blockId);
  if (!block) return null;
  return (
    <a href={`#${block.attrs.id}`} dir="auto" className={styles['quote']}>
      {textOf(block).slice(0, 120)}
    </a>
  );
}

interface NewCommentProps {
  readonly paper: Paper;
  readonly about: string | null;
  readonly onDone: () => void;
}

function NewComment({ paper, about, onDone }: NewCommentProps) {
  const { desk } = useSession();
  const text = useText();
  const field = useRef<HTMLTextAreaElement>(null);
  const [id] = useState(() => crypto.randomUUID());
  const begun = useBegun(`comment ${paper.id}`, { words: '' });
  const { words } = begun.form;
  const place = { documentId: paper.id, blockId: about };
  const { calling, mentionsIn } = useMentions(place);
  const say = () => desk.knowledge.comment({ id, ...place, text: words, mentions: mentionsIn(words) });
  const add = useChange(paper.id, say, () => {
    begun.forget();
    onDone();
  });
  useEffect(() => {
    field.current?.focus();
  }, [about]);
  return (
    <Form
      className={styles['thread'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() !== '') add.mutate();
      }}
    >
      <Quote paper={paper} blockId={about} />
      <CallingField
        {...calling}
        ref={field}
        label={text(about === null ? 'comment.whole' : 'comment.block')}
        rows={3}
        value={words}
        onWords={begun.set('words')}
      />
      <Failure error={add.error} />
      <div className={styles['row']}>
        <Button onPress={onDone}>{text('comment.cancel')}</Button>
        <Button type="submit" manner="main" isBusy={add.isPending}>
          {text('comment.do')}
        </Button>
        <StartOver begun={begun} />
      </div>
    </Form>
  );
}

function ThreadView({ paper, thread: { root, answers } }: { readonly paper: Paper; readonly thread: Thread }) {
  const { desk } = useSession();
  const text = useText();
  const field = useRef<HTMLTextAreaElement>(null);
  const begun = useBegun(`answer ${root.id}`, { words: '' });
  const { words } = begun.form;
  const place = { documentId: paper.id, answerTo: root.id };
  const { calling, mentionsIn } = useMentions(place);
  const isResolved = root.resolvedAt !== null;
  const answer = useChange(
    paper.id,
    () => desk.knowledge.comment({ id: crypto.randomUUID(), ...place, text: words, mentions: mentionsIn(words) }),
    begun.forget,
  );
  const resolve = useChange(paper.id, () => desk.knowledge.resolveComment(root.id, !isResolved));
  return (
    <article className={styles['thread']} data-resolved={isResolved}>
      {root.isOnFormerBlock ? (
        <p className={styles['quiet']}>{text('comment.former', { version: root.version })}</p>
      ) : (
        <Quote paper={paper} blockId={root.blockId} />
      )}
      {[root, ...answers].map((comment) => (
        <OneComment key={comment.id} paper={paper} comment={comment} />
      ))}
      <CallingField
        {...calling}
        ref={field}
        label={text('comment.answer')}
        rows={1}
        value={words}
        onWords={begun.set('words')}
      />
      <Failure error={answer.error ?? resolve.error} />
      <div className={styles['row']}>
        <Button
          isBusy={resolve.isPending}
          onPress={() => {
            resolve.mutate();
          }}
        >
          {text(isResolved ? 'comment.reopen' : 'comment.resolve')}
        </Button>
        {words.trim() !== '' && (
          <Button
            manner="main"
            isBusy={answer.isPending}
            onPress={() => {
              answer.mutate();
            }}
          >
            {text('comment.answer.do')}
          </Button>
        )}
      </div>
    </article>
  );
}

function OneComment({ paper, comment }: { readonly paper: Paper; readonly comment: Comment }) {
  const { desk } = useSession();
  const text = useText();
  const people = usePeople();
  const { data: self } = useQuery({ queryKey: ['identity'], queryFn: () => desk.opening.whoami() });
  const [edited, setEdited] = useState<string>();
  const remove = useChange(paper.id, () => desk.knowledge.deleteComment(comment.id));
  const author = people.get(comment.authorId ?? '');
  if (comment.isDeleted) return <p className={styles['quiet']}>{text('comment.deleted')}</p>;
  return (
    <div>
      <p className={styles['facts']}>
        {author ? <PersonName person={author} /> : text('person.unknown')}
        <When time={comment.createdAt} />
        {comment.label.marking !== paper.label.marking && <ContentMarking text={comment.label.marking} />}
        {comment.authorId === self?.personId && (
          <Menu
            label={text('comment.menu')}
            items={[
              { id: 'edit', text: text('comment.edit') },
              { id: 'delete', text: text('comment.delete'), isDanger: true },
            ]}
            onAction={(action) => {
              if (action === 'edit') setEdited(comment.text);
              else remove.mutate();
            }}
          />
        )}
      </p>
      {edited === undefined ? (
        <p dir="auto" className={styles['words']}>
          <WithCalls words={comment.text} names={namesOf(comment, people)} />
          {comment.editedAt !== null && <small> ({text('comment.edited')})</small>}
        </p>
      ) : (
        <Editing paper={paper} comment={comment} edited={edited} setEdited={setEdited} />
      )}
    </div>
  );
}

function namesOf({ mentions }: Comment, people: ReturnType<typeof usePeople>): string[] {
  return mentions.flatMap((id) => people.get(id)?.name ?? []);
}

interface EditingProps {
  readonly paper: Paper;
  readonly comment: Comment;
  readonly edited: string;
  readonly setEdited: (edited: string | undefined) => void;
}

function Editing({ paper, comment, edited, setEdited }: EditingProps) {
  const { desk } = useSession();
  const text = useText();
  const people = usePeople();
  const field = useRef<HTMLTextAreaElement>(null);
  const { id, blockId, answerTo, mentions } = comment;
  const { calling, mentionsIn } = useMentions(
    { documentId: paper.id, ...(answerTo === null ? { blockId } : { answerTo }) },
    mentions.flatMap((called) => people.get(called) ?? []),
  );
  const save = useChange(
    paper.id,
    () => desk.knowledge.editComment(id, edited, mentionsIn(edited)),
    () => {
      setEdited(undefined);
    },
  );
  return (
    <>
      <CallingField {...calling} ref={field} label={text('comment.edit')} rows={3} value={edited} onWords={setEdited} />
      <Failure error={save.error} />
      <div className={styles['row']}>
        <Button
          onPress={() => {
            setEdited(undefined);
          }}
        >
          {text('comment.cancel')}
        </Button>
        <Button
          manner="main"
          isBusy={save.isPending}
          onPress={() => {
            save.mutate();
          }}
        >
          {text('comment.save')}
        </Button>
      </div>
    </>
  );
}
