import { useState } from 'react';
import { useIntl } from 'react-intl';

import type { PostRow } from '../../worker/administration/protocol.js';
import { useBegun } from '../../app/begun.js';
import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Button } from '../../ui/controls.js';
import { ownZone, PostFields } from '../../ui/post.js';
import type { PostForm } from '../../ui/post.js';
import { StartOver } from '../../ui/startOver.js';
import { Tabs } from '../../ui/tabs.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { AskDialog, Loaded, Part, Sheet } from './parts.js';

const NONE = 'none';

/** Departments and missions: which belongs to which, and where in the world they are. */
export default function Posts() {
  const text = useText();
  const [isOpening, setOpening] = useState(false);
  const query = useAsked(['posts'], (desk) => desk.administration.posts());
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  const open = (
    <Button
      manner="main"
      onPress={() => {
        setOpening(true);
      }}
    >
      {text('posts.open')}
    </Button>
  );
  return (
    <Sheet title={text('office.posts')} actions={standing?.permissions.includes('directory.posts') === true && open}>
      <Loaded query={query}>
        {(posts) => (
          <>
            <Tabs
              label={text('posts.views')}
              tabs={[
                { id: 'tree', text: text('posts.tree'), content: <Tree posts={posts} /> },
                { id: 'regions', text: text('posts.regions'), content: <Regions posts={posts} /> },
              ]}
            />
            {isOpening && (
              <NewPost
                posts={posts}
                onClose={() => {
                  setOpening(false);
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Sheet>
  );
}

function Tree({ posts }: { readonly posts: readonly PostRow[] }) {
  const known = new Set(posts.map(({ id }) => id));
  const tops = posts.filter(({ parentId }) => parentId === undefined || !known.has(parentId));
  return (
    <ul className={styles['tree']}>
      {byName(tops).map((post) => (
        <Branch key={post.id} post={post} posts={posts} />
      ))}
    </ul>
  );
}

function Branch({ post, posts }: { readonly post: PostRow; readonly posts: readonly PostRow[] }) {
  const below = byName(posts.filter(({ parentId }) => parentId === post.id));
  return (
    <li>
      <PostLine post={post} />
      {below.length > 0 && (
        <ul>
          {below.map((one) => (
            <Branch key={one.id} post={one} posts={posts} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Regions({ posts }: { readonly posts: readonly PostRow[] }) {
  const text = useText();
  const regions = [...new Set(posts.map(regionOf))].toSorted();
  return (
    <div className={styles['part']}>
      {regions.map((region) => (
        <Part key={region} title={region === NONE ? text('posts.elsewhere') : region}>
          <ul className={styles['tree']}>
            {byName(posts.filter((post) => regionOf(post) === region)).map((post) => (
              <li key={post.id}>
                <PostLine post={post} />
              </li>
            ))}
          </ul>
        </Part>
      ))}
    </div>
  );
}

function PostLine({ post: { name, kind, country, timeZone, people } }: { readonly post: PostRow }) {
  const text = useText();
  const intl = useIntl();
  const place = country === undefined ? text('posts.department') : intl.formatDisplayName(country, { type: 'region' });
  const there = intl.formatTime(new Date(), { timeZone, hour: '2-digit', minute: '2-digit', weekday: 'short' });
  return (
    <span className={styles['post']}>
      <strong dir="auto">{name}</strong>
      <span className={styles['quiet']}>
        {kind === 'MISSION' ? (place ?? country) : text('posts.department')} · {text('posts.people', { count: people })}{' '}
        · <span title={timeZone}>{there}</span>
      </span>
    </span>
  );
}

function NewPost({ posts, onClose }: { readonly posts: readonly PostRow[]; readonly onClose: () => void }) {
  const text = useText();
  const blank: PostForm & { parentId: string } = { name: '', country: '', timeZone: ownZone, parentId: NONE };
  const begun = useBegun('post', blank);
  const { parentId, ...post } = begun.form;
  const { name, country, timeZone } = post;
  const open = useAct(
    (desk) =>
      desk.administration.openPost({
        name: name.trim(),
        timeZone,
        ...(country.trim() !== '' && { country: country.trim() }),
        ...(parentId !== NONE && { parentId }),
      }),
    () => {
      begun.forget();
      onClose();
    },
  );
  const parents = [
    { id: NONE, text: text('posts.noParent') },
    ...posts.map((above) => ({ id: above.id, text: above.name })),
  ];
  return (
    <AskDialog
      title={text('posts.open')}
      isOpen
      onClose={onClose}
      verb={text('posts.open')}
      onDone={() => {
        open.mutate(undefined);
      }}
      isBusy={open.isPending}
      error={open.error}
    >
      <PostFields post={post} onChange={begun.change} />
      <Choice label={text('posts.parent')} value={parentId} onChange={begun.set('parentId')} options={parents} />
      <StartOver begun={begun} />
    </AskDialog>
  );
}

const byName = (posts: readonly PostRow[]): PostRow[] => posts.toSorted((a, b) => a.name.localeCompare(b.name));

/** The first part of the IANA name of the zone says where in the world it is. */
function regionOf({ timeZone }: PostRow): string {
  const [region = '', city] = timeZone.split('/');
  return city === undefined ? NONE : region;
}
