import { useRef, useState } from 'react';

import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Button, Notice } from '../../ui/controls.js';
import { PostFields } from '../../ui/post.js';
import type { PostForm } from '../../ui/post.js';
import { newPost } from './founding.js';
import type { PostDraft, StepProps } from './founding.js';
import styles from './Opening.module.css';
import { Sheet } from './Sheet.js';

/** Where people work at first, and which of these places is the founder's. */
export function FirstPosts({ draft, change, errors, next, back, isBusy }: StepProps) {
  const text = useText();
  const { posts, postId } = draft;
  const nameOf = useNames(posts);
  const [added, setAdded] = useState<string>();
  const adding = useRef<HTMLDivElement>(null);
  const add = (kind: PostDraft['kind']): void => {
    const post = newPost(kind);
    setAdded(post.id);
    change({ posts: [...posts, post] });
  };
  const remove = (id: string): void => {
    const rest = posts.filter((post) => post.id !== id);
    change({ posts: rest, postId: postId === id ? (rest[0]?.id ?? '') : postId });
    adding.current?.querySelector('button')?.focus(); // what had the focus is gone
  };
  return (
    <Sheet title={text('opening.found.posts')} why={text('opening.found.postsWhy')} step={[2, 3]} onSubmit={next}>
      {posts.map((post, place) => (
        <FirstPost
          key={post.id}
          title={nameOf(place)}
          post={post}
          isNew={post.id === added}
          onChange={(form) => {
            change({ posts: posts.with(place, { ...post, ...form }) });
          }}
          errorOf={(field) => errors.at(`posts.${place}.${field}`)}
          {...(posts.length > 1 && { onRemove: remove })}
        />
      ))}
      {errors.at('posts') !== undefined && <Notice>{errors.at('posts')}</Notice>}
      <div ref={adding} className={styles['pair']}>
        {(['DEPARTMENT', 'MISSION'] as const).map((kind) => (
          <Button
            key={kind}
            onPress={() => {
              add(kind);
            }}
          >
            {text(kind === 'MISSION' ? 'opening.found.addMission' : 'opening.found.addDepartment')}
          </Button>
        ))}
      </div>
      <Choice
        label={text('opening.found.ownPost')}
        value={postId}
        onChange={(id) => {
          change({ postId: id });
        }}
        options={posts.map(({ id, name }, place) => ({ id, text: name.trim() === '' ? nameOf(place) : name }))}
      />
      <Button type="submit" manner="main" isBusy={isBusy}>
        {text('opening.next')}
      </Button>
      <Button onPress={back}>{text('opening.back')}</Button>
    </Sheet>
  );
}

interface FirstPostProps {
  readonly title: string;
  readonly post: PostDraft;
  /** It was added just now: the person goes on in it. */
  readonly isNew: boolean;
  readonly onChange: (form: PostForm) => void;
  readonly errorOf: (field: keyof PostForm) => string | undefined;
  /** Undefined where it is the only one. */
  readonly onRemove?: (id: string) => void;
}

function FirstPost({ title, post, isNew, onChange, errorOf, onRemove }: FirstPostProps) {
  const text = useText();
  return (
    <fieldset className={styles['post']}>
      <legend>{title}</legend>
      <PostFields post={post} onChange={onChange} kind={post.kind} autoFocus={isNew} errorOf={errorOf} />
      {onRemove && (
        <Button
          aria-label={text('opening.found.removeOf', { post: title })}
          onPress={() => {
            onRemove(post.id);
          }}
        >
          {text('opening.found.remove')}
        </Button>
      )}
    </fieldset>
  );
}

/** What a post is called while it has no name: its kind, and which one of them it is. */
function useNames(posts: readonly PostDraft[]): (place: number) => string {
  const text = useText();
  return (place) => {
    const kind = posts[place]?.kind;
    const number = posts.slice(0, place + 1).filter((post) => post.kind === kind).length;
    return text(kind === 'MISSION' ? 'opening.found.mission' : 'opening.found.department', { number });
  };
}
