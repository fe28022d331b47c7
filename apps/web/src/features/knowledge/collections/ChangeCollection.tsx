import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { AreaField } from '../../../ui/area.js';
import { Choice } from '../../../ui/choice.js';
import { Field } from '../../../ui/controls.js';
import { Menu } from '../../../ui/menu.js';
import type { Collection } from '../../../worker/knowledge/protocol.js';
import { Act } from '../Act.js';
import { useCollections } from '../home/CollectionTree.js';

const ACTS = ['rename', 'move'] as const;
/** Stands for lying in no other collection. */
const NOWHERE = 'none';

interface ChangeProps {
  readonly collection: Collection;
  readonly onClose: () => void;
}

/** What whoever manages a collection can change of it. */
export function ChangeCollection({ collection }: { readonly collection: Collection }) {
  const text = useText();
  const [act, setAct] = useState<(typeof ACTS)[number]>();
  const onClose = (): void => {
    setAct(undefined);
  };
  return (
    <>
      <Menu
        label={text('collection.change')}
        items={ACTS.map((id) => ({ id, text: text(`collection.${id}`) }))}
        onAction={(id) => {
          setAct(ACTS.find((one) => one === id));
        }}
      />
      {act === 'rename' && <Rename collection={collection} onClose={onClose} />}
      {act === 'move' && <Move collection={collection} onClose={onClose} />}
    </>
  );
}

/** What was done shows in every list of collections. */
function useChange(work: () => Promise<void>): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await work();
    await client.invalidateQueries({ queryKey: ['knowledge'] });
  };
}

function Rename({ collection: { id, ...before }, onClose }: ChangeProps) {
  const { desk } = useSession();
  const text = useText();
  const [name, setName] = useState(before.name);
  const [description, setDescription] = useState(before.description);
  const run = useChange(() => desk.knowledge.renameCollection({ collectionId: id, name: name.trim(), description }));
  return (
    <Act
      title={text('collection.rename')}
      act={text('collection.rename')}
      isReady={name.trim() !== ''}
      run={run}
      onClose={onClose}
    >
      <Field label={text('collection.name')} value={name} onChange={setName} isRequired autoFocus />
      <AreaField label={text('collection.description')} rows={2} value={description} onChange={setDescription} />
    </Act>
  );
}

function Move({ collection, onClose }: ChangeProps) {
  const { desk } = useSession();
  const text = useText();
  const { data: all = [] } = useCollections();
  const before = collection.parent?.id ?? NOWHERE;
  const [place, setPlace] = useState(before);
  const places = all.filter((one) => one.access === 'MANAGE' && !liesIn(one, collection.id, all));
  const run = useChange(() => desk.knowledge.moveCollection(collection.id, place === NOWHERE ? null : place));
  return (
    <Act
      title={text('collection.move')}
      act={text('collection.move')}
      isReady={place !== before}
      run={run}
      onClose={onClose}
    >
      <p>{text('collection.move.help')}</p>
      <Choice
        label={text('collection.above')}
        value={place}
        options={[
          { id: NOWHERE, text: text('collection.nowhere') },
          ...places.map(({ id, name }) => ({ id, text: name })),
        ]}
        onChange={setPlace}
      />
    </Act>
  );
}

/** Whether a collection is the one with this id, or lies below it. */
function liesIn(collection: Collection, id: string, all: readonly Collection[]): boolean {
  if (collection.id === id) return true;
  const above = all.find((one) => one.id === collection.parent?.id);
  return above !== undefined && liesIn(above, id, all);
}
