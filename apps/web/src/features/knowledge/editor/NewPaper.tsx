import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { useLocation } from 'wouter';

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
  const [chosen, setChosen] = useState(collectionId);
  const collection = writable.find(({ id }) => id === chosen);
  const [kind, setKind] = useState('report');
  const [title, setTitle] = useState('');
  const [language, setLanguage] = useState(locale);
  const [ownLabel, setLabel] = useState<PlainLabel>();
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
    >
      <Field label={text('paper.title')} value={title} onChange={setTitle} isRequired autoFocus />
      <Choice
        label={text('paper.kind')}
        value={kind}
        options={kinds.map(({ id }) => ({ id, text: names.kind(id) }))}
        onChange={setKind}
      />
      <Choice
        label={text('collection.title')}
        value={chosen}
        options={writable.map(({ id, name }) => ({ id, text: name }))}
        onChange={setChosen}
        description={writable.length === 0 ? text('collection.none') : undefined}
      />
      <Choice
        label={text('paper.language')}
        value={language}
        options={LANGUAGES_OF_PAPERS.map((id) => ({ id, text: languageName(locale, id) }))}
        onChange={setLanguage}
      />
      {label && <LabelField value={label} onChange={setLabel} />}
    </Act>
  );
}
