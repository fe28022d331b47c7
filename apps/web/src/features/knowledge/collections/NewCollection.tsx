import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';

import { useBegun } from '../../../app/begun.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { AreaField } from '../../../ui/area.js';
import { Choice } from '../../../ui/choice.js';
import { Field } from '../../../ui/controls.js';
import type { PlainLabel } from '../../../worker/knowledge/protocol.js';
import { Act } from '../Act.js';
import { useCollections } from '../home/CollectionTree.js';
import { LabelField, useLabelling } from '../LabelField.js';

interface Beginning {
  readonly name: string;
  readonly description: string;
  readonly parentId?: string;
  readonly label?: PlainLabel;
}

const BLANK: Beginning = { name: '', description: '' };

/** A place for papers, with the label that its papers have where they bring none. */
export function NewCollection({ onClose }: { readonly onClose: () => void }) {
  const { desk } = useSession();
  const text = useText();
  const client = useQueryClient();
  const [, go] = useLocation();
  const labelling = useLabelling();
  const { data: collections = [] } = useCollections();
  const begun = useBegun<Beginning>('collection', BLANK);
  const { name, description, parentId, label: chosen } = begun.form;
  const lowest = labelling?.levels[0];
  const label = chosen ?? (labelling && lowest && { policy: labelling.policy, level: lowest.id, categories: [] });
  const above = collections.filter(({ access }) => access === 'MANAGE');
  const run = async (): Promise<void> => {
    if (!label) return;
    const input = { name: name.trim(), description, defaultLabel: label, ...(parentId !== undefined && { parentId }) };
    const { id } = await desk.knowledge.createCollection(input);
    await client.invalidateQueries({ queryKey: ['knowledge', 'collections'] });
    go(`/knowledge/collections/${id}`);
  };
  return (
    <Act
      title={text('collection.new')}
      act={text('collection.make')}
      isReady={name.trim() !== '' && label !== undefined}
      run={run}
      onClose={onClose}
      begun={begun}
    >
      <Field label={text('collection.name')} value={name} onChange={begun.set('name')} isRequired autoFocus />
      <AreaField
        label={text('collection.description')}
        rows={2}
        value={description}
        onChange={begun.set('description')}
      />
      {above.length > 0 && (
        <Choice
          label={text('collection.above')}
          value={parentId}
          options={above.map((one) => ({ id: one.id, text: one.name }))}
          onChange={begun.set('parentId')}
        />
      )}
      {label && <LabelField value={label} onChange={begun.set('label')} />}
    </Act>
  );
}
