import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';

import { Skeleton } from '../../ui/states.js';
import { Brief } from './brief/Brief.js';
import { CollectionPage } from './collections/CollectionPage.js';
import { Compare } from './compare/Compare.js';
import { Home } from './home/Home.js';
import { ImportPage } from './importing/ImportPage.js';
import { Paper } from './reading/Paper.js';
import { Search } from './search/Search.js';

/** The editor brings ProseMirror along: only who writes waits for it. */
const Editor = lazy(() => import('./editor/EditorPage.js'));

/** The addresses of this area. */
export default function KnowledgeArea() {
  return (
    <Suspense fallback={<Skeleton rows={6} />}>
      <Switch>
        <Route path="/papers/:id/compare">{({ id }) => <Compare key={id} id={id} />}</Route>
        <Route path="/papers/:id/brief">{({ id }) => <Brief key={id} id={id} />}</Route>
        <Route path="/papers/:id">{({ id }) => <Paper key={id} id={id} />}</Route>
        <Route path="/knowledge/search">
          <Search />
        </Route>
        <Route path="/knowledge/drafts/:id">{({ id }) => <Editor key={id} id={id} />}</Route>
        <Route path="/knowledge/collections/:id">{({ id }) => <CollectionPage key={id} id={id} />}</Route>
        <Route path="/knowledge/import">
          <ImportPage />
        </Route>
        <Route>
          <Home />
        </Route>
      </Switch>
    </Suspense>
  );
}
