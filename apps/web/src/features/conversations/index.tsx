import { Route, Switch } from 'wouter';

import { Conversations } from './Conversations.js';

/** The addresses of this area. No word that somebody searches for stands in one. */
export default function ConversationsArea() {
  return (
    <Switch>
      <Route path="/conversations/new">
        <Conversations screen="new" />
      </Route>
      <Route path="/conversations/search">
        <Conversations screen="search" />
      </Route>
      <Route path="/conversations/outbox">
        <Conversations screen="outbox" />
      </Route>
      <Route path="/conversations/:id?">{({ id }) => <Conversations chosen={id} />}</Route>
    </Switch>
  );
}
