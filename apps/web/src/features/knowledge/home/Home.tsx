import { useState } from 'react';
import { useLocation } from 'wouter';

import { useCommands } from '../../../app/commands.js';
import { useText } from '../../../text/text.js';
import { ActionLink, Button } from '../../../ui/controls.js';
import { NewCollection } from '../collections/NewCollection.js';
import { NewPaper } from '../editor/NewPaper.js';
import { useMay } from '../may.js';
import { Question } from '../search/Question.js';
import { EMPTY_ASKED, writeAsked } from '../search/asked.js';
import { CollectionTree } from './CollectionTree.js';
import styles from './home.module.css';
import { Drafts, Due, Duties, Favourites, Notices, Recent, Reviews, Searches, Watches } from './sections.js';

type Making = 'paper' | 'collection' | undefined;

/** What changed for me, and what waits for me? */
export function Home() {
  const text = useText();
  const [, go] = useLocation();
  const [making, make] = useState<Making>();
  const mayWrite = useMay('knowledge.write');
  const write = (): void => {
    make('paper');
  };
  useCommands(mayWrite ? [{ id: 'paper.new', keys: 'n', text: text('paper.new'), run: write }] : []);
  const close = (): void => {
    make(undefined);
  };
  return (
    <main className={styles['home']}>
      <header className={styles['head']}>
        <h1>{text('knowledge.title')}</h1>
        {mayWrite && (
          <>
            <ActionLink to="/knowledge/import">{text('import.title')}</ActionLink>
            <Button manner="main" onPress={write}>
              {text('paper.new')}
            </Button>
          </>
        )}
      </header>
      <Question
        asked={EMPTY_ASKED}
        ask={(asked) => {
          go(`/knowledge/search${writeAsked(asked)}`);
        }}
      />
      <Sections
        mayWrite={mayWrite}
        makeCollection={() => {
          make('collection');
        }}
      />
      {making === 'paper' && <NewPaper onClose={close} />}
      {making === 'collection' && <NewCollection onClose={close} />}
    </main>
  );
}

interface SectionsProps {
  readonly mayWrite: boolean;
  readonly makeCollection: () => void;
}

function Sections({ mayWrite, makeCollection }: SectionsProps) {
  return (
    <div className={styles['sections']}>
      <div className={styles['column']}>
        <Reviews />
        <Duties />
        <Notices />
        <Due />
        {mayWrite && <Drafts />}
      </div>
      <div className={styles['column']}>
        <CollectionTree make={makeCollection} />
        <Searches />
        <Favourites />
        <Recent />
        <Watches />
      </div>
    </div>
  );
}
