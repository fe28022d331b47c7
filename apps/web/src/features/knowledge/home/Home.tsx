import { useState } from 'react';
import { Link, useLocation } from 'wouter';

import { useCommands } from '../../../app/commands.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { NewCollection } from '../collections/NewCollection.js';
import { NewPaper } from '../editor/NewPaper.js';
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
  useCommands([
    {
      id: 'paper.new',
      keys: 'n',
      text: text('paper.new'),
      run: () => {
        make('paper');
      },
    },
  ]);
  const close = (): void => {
    make(undefined);
  };
  return (
    <main className={styles['home']}>
      <header className={styles['head']}>
        <h1>{text('knowledge.title')}</h1>
        <Link to="/knowledge/import" className={styles['action']}>
          {text('import.title')}
        </Link>
        <Button
          manner="main"
          onPress={() => {
            make('paper');
          }}
        >
          {text('paper.new')}
        </Button>
      </header>
      <Question
        asked={EMPTY_ASKED}
        ask={(asked) => {
          go(`/knowledge/search${writeAsked(asked)}`);
        }}
      />
      <Sections
        makeCollection={() => {
          make('collection');
        }}
      />
      {making === 'paper' && <NewPaper onClose={close} />}
      {making === 'collection' && <NewCollection onClose={close} />}
    </main>
  );
}

function Sections({ makeCollection }: { readonly makeCollection: () => void }) {
  return (
    <div className={styles['sections']}>
      <div className={styles['column']}>
        <Reviews />
        <Duties />
        <Notices />
        <Due />
        <Drafts />
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
