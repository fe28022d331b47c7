import { lazy } from 'react';
import { Redirect, Route, Switch } from 'wouter';

import { offered } from '../opening/offered.js';
import { Directory } from '../people/Directory.js';
import { PersonScreen } from '../people/PersonScreen.js';
import { Profile } from './Profile.js';

const AddDevice = lazy(() => import('./AddDevice.js'));

/** Oneself, and everybody else: the addresses of this area. */
export default function ProfileArea() {
  return (
    <Switch>
      <Route path="/people">
        <Directory />
      </Route>
      <Route path="/people/:id">{({ id }) => <PersonScreen key={id} id={id} />}</Route>
      <Route path="/profile/add">
        <AddDevice />
      </Route>
      <Route path="/pair">{offered.pairing === '' ? <Redirect to="/" replace /> : <AddDevice />}</Route>
      <Route>
        <Profile />
      </Route>
    </Switch>
  );
}
