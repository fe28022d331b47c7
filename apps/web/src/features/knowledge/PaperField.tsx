import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Field } from '../../ui/controls.js';
import { ContentMarking } from '../../ui/marking.js';
import { Failure } from '../../ui/states.js';
import type { Hit } from '../../worker/knowledge/protocol.js';
import { EMPTY_ASKED, asSearch } from './search/asked.js';
import lists from '../../ui/lists.module.css';
import styles from './search/search.module.css';

const FEW = 8;

interface PaperFieldProps {
  readonly label: string;
  readonly choose: (hit: Hit) => void;
  /** Not this one. */
  readonly except?: string;
}

/** A paper, found by search. */
export function PaperField({ label, choose, except }: PaperFieldProps) {
  const { desk } = useSession();
  const text = useText();
  const [query, ask] = useState('');
  const { data, error } = useQuery({
    queryKey: ['search', 'pick', query],
    queryFn: () => desk.knowledge.search({ ...asSearch({ ...EMPTY_ASKED, query }), facets: [], first: FEW }),
    placeholderData: (before) => before,
    enabled: query.trim() !== '',
    staleTime: 0,
  });
  const hits = (data?.hits ?? []).filter(({ document }) => document.id !== except);
  return (
    <div className={styles['pick']}>
      <Field label={label} value={query} onChange={ask} autoFocus />
      <Failure error={error} />
      {data && hits.length === 0 && <p role="status">{text('search.none')}</p>}
      {hits.length > 0 && (
        <ListBox
          aria-label={text('search.answer')}
          items={hits.map((hit) => ({ ...hit, id: hit.document.id }))}
          onAction={(id) => {
            const hit = hits.find(({ document }) => document.id === id);
            if (hit) choose(hit);
          }}
        >
          {({ document }) => (
            <ListBoxItem textValue={document.title} className={lists['item'] ?? ''}>
              <ContentMarking text={document.label.marking} /> <bdi>{document.title}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      )}
    </div>
  );
}
