import { useQuery } from '@tanstack/react-query';
import { useIntl } from 'react-intl';
import { useLocation } from 'wouter';

import { useBegun } from '../../../app/begun.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Choice } from '../../../ui/choice.js';
import { Field } from '../../../ui/controls.js';
import type { PlainLabel } from '../../../worker/knowledge/protocol.js';
import { Act } from '../Act.js';
import { useCollections } from '../home/CollectionTree.js';
import { LabelField } from '../LabelField.js';
import { plainLabel } from '../plainLabel.js';
import { useNames } from '../words.js';
import { LANGUAGES_OF_PAPERS, languageName } from './languages.js';

interface NewPaperProps {
  /** Where to, when that is settled. */
  readonly collectionId?: string;
  readonly onClose: () => void;
}

interface Beginning {
  readonly collectionId: string | undefined;
  readonly kind: string;
  readonly title: string;
  readonly language: string;
  /** Undefined: that of the collection. */
  readonly label: PlainLabel | undefined;
}

/** What kind of paper, where, under which label: then one writes. */
export function NewPaper({ collectionId, onClose }: NewPaperProps) {
  const { desk } = useSession();
  const text = useText();
  const names = useNames();
  const { locale } = useIntl();
  const [, go] = useLocation();
  const { data: collections = [] } = useCollections();
  const { data: kinds = [] } = useQuery({ queryKey: ['knowledge', 'kinds'], queryFn: () => desk.writing.kinds() });
  const writable = collections.filter(({ access }) => access !== 'READ');
  const blank: Beginning = { collectionId, kind: 'report', title: '', language: locale, label: undefined };
  const begun = useBegun(`paper in ${collectionId ?? 'any'}`, blank);
  const { collectionId: chosen, kind, title, language, label: ownLabel } = begun.form;
  const collection = writable.find(({ id }) => id === chosen);
  const label = ownLabel ?? (collection && plainLabel(collection.defaultLabel));
  const run = async (): Promise<void> => {
    if (!label || chosen === undefined) return;
    const id = await desk.writing.begin({ collectionId: chosen, kind, title: title.trim(), label, language });
    go(`/knowledge/drafts/${id}`);
  };
  return (
    <Act
      title={text('paper.new')}
      act={text('paper.begin')}
      isReady={collection !== undefined && title.trim() !== ''}
      run={run}
      onClose={onClose}
      begun={begun}
    >
      <Field label={text('paper.title')} value={title} onChange={begun.set('title')} isRequired autoFocus />
      <Choice
        label={text('paper.kind')}
        value={kind}
        options={kinds.map(({ id }) => ({ id, text: names.kind(id) }))}
        onChange={begun.set('kind')}
      />
      <Choice
        label={text('collection.title')}
        value={chosen}
        options={writable.map(({ id, name }) => ({ id, text: name }))}
        onChange={begun.set('collectionId')}
        description={writable.length === 0 ? text('collection.none') : undefined}
      />
      <Choice
        label={text('paper.language')}
        value={language}
        options={LANGUAGES_OF_PAPERS.map((id) => ({ id, text: languageName(locale, id) }))}
        onChange={begun.set('language')}
      />
      {label && <LabelField value={label} onChange={begun.set('label')} />}
    </Act>
  );
}
