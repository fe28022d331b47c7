import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { GridList, GridListItem } from 'react-aria-components';
import { useLocation } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import { Banner, Marking } from '../../../ui/marking.js';
import { Failure, Skeleton } from '../../../ui/states.js';
import type { Hit } from '../../../worker/knowledge/protocol.js';
import { Blocks } from '../reading/Blocks.js';
import { directionOf, useDates, useNames } from '../words.js';
import styles from './search.module.css';

interface HitsProps {
  readonly hits: readonly Hit[];
  /** The highest of each page. */
  readonly marking: readonly string[];
}

/** What was found: arrows move, Enter opens, Space shows a preview. */
export function Hits({ hits, marking }: HitsProps) {
  const text = useText();
  const [, go] = useLocation();
  const [shown, show] = useState<Hit>();
  return (
    <div
      onKeyDownCapture={(event) => {
        if (event.key !== ' ' || !(event.target instanceof HTMLElement)) return;
        const id = event.target.closest('[role=row]')?.getAttribute('data-key');
        const hit = hits.find(({ document }) => document.id === id);
        if (!hit) return;
        event.preventDefault();
        event.stopPropagation();
        show(hit);
      }}
    >
      {marking.map((one, index) => (
        <Banner key={index} text={one} />
      ))}
      <GridList
        aria-label={text('search.answer')}
        aria-description={text('search.keys')}
        items={hits.map((hit) => ({ ...hit, id: hit.document.id }))}
        onAction={(id) => {
          go(`/papers/${String(id)}`);
        }}
        className={styles['hits'] ?? ''}
      >
        {(hit) => <HitRow hit={hit} />}
      </GridList>
      {shown && (
        <Preview
          hit={shown}
          onClose={() => {
            show(undefined);
          }}
        />
      )}
    </div>
  );
}

function HitRow({ hit: { id, document, part, passage } }: { readonly hit: Hit & { readonly id: string } }) {
  const names = useNames();
  const dateOf = useDates();
  return (
    <GridListItem id={id} textValue={document.title} className={styles['hit'] ?? ''}>
      <h2 dir="auto">{document.title}</h2>
      <p className={styles['facts']}>
        <Marking text={(part ?? document).label.marking} />
        <span>{names.kind(document.kind)}</span>
        {part && <span>{names.field(part.slot)}</span>}
        {[document.from ?? document.place, dateOf(document)].map(
          (fact, index) => fact !== null && <bdi key={index}>{fact}</bdi>,
        )}
      </p>
      <p dir="auto" className={styles['passage']}>
        <Passage text={passage} />
      </p>
    </GridListItem>
  );
}

/** Matches stand between U+E000 and U+E001. */
function Passage({ text }: { readonly text: string }) {
  return text.split('\uE000').flatMap((piece, index) => {
    const [match = '', rest] = piece.split('\uE001');
    return rest === undefined ? [match] : [<mark key={index}>{match}</mark>, rest];
  });
}

function Preview({ hit: { document }, onClose }: { readonly hit: Hit; readonly onClose: () => void }) {
  const { desk } = useSession();
  const text = useText();
  const [, go] = useLocation();
  const { data: paper, error } = useQuery({
    queryKey: ['paper', document.id],
    queryFn: () => desk.knowledge.paper(document.id),
    staleTime: 0,
  });
  return (
    <Dialog
      isOpen
      title={document.title}
      onClose={onClose}
      actions={
        <Button
          manner="main"
          onPress={() => {
            go(`/papers/${document.id}`);
          }}
        >
          {text('search.open')}
        </Button>
      }
    >
      <Failure error={error} />
      {!paper && !error && <Skeleton rows={4} />}
      {paper && (
        <>
          <p>
            <Marking text={paper.label.marking} />
          </p>
          <div lang={paper.language} dir={directionOf(paper.language)} className={styles['preview']}>
            <Blocks document={paper.body} portions={paper.portions} />
          </div>
        </>
      )}
    </Dialog>
  );
}
