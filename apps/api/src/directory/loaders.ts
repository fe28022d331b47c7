import { Injectable } from '@nestjs/common';

import { loaderFor } from '../platform/graphql/index.js';
import type { RequestContext } from '../platform/graphql/index.js';
import type { Clearance, Device, Person } from './people/person.model.js';
import { PeopleService } from './people/people.service.js';
import type { Post } from './posts/post.model.js';
import { PostsService } from './posts/posts.service.js';
import type { Role } from '../access/index.js';

/** Batched reads of one request: a page of people costs one query a field, whatever its length. */
@Injectable()
export class Loaders {
  private readonly posts;
  private readonly people;
  private readonly devices;
  private readonly clearances;
  private readonly roles;

  constructor(posts: PostsService, people: PeopleService) {
    this.posts = loaderFor('posts', (ids: readonly string[]) => posts.byIds(ids).then(present));
    this.people = loaderFor('people', (ids: readonly string[]) => people.byIds(ids).then(present));
    this.devices = loaderFor('devices', (ids: readonly string[]) => people.devicesOf(ids));
    this.clearances = loaderFor('clearances', (ids: readonly string[]) => people.clearancesOf(ids));
    this.roles = loaderFor('roles', (ids: readonly string[]) => people.rolesOf(ids));
  }

  post(context: RequestContext, id: string): Promise<Post> {
    return this.posts(context).load(id);
  }

  person(context: RequestContext, id: string): Promise<Person> {
    return this.people(context).load(id);
  }

  devicesOf(context: RequestContext, personId: string): Promise<Device[]> {
    return this.devices(context).load(personId);
  }

  /** Null when the person holds none, or it has ended. */
  clearanceOf(context: RequestContext, personId: string): Promise<Clearance | null> {
    return this.clearances(context).load(personId);
  }

  rolesOf(context: RequestContext, personId: string): Promise<Role[]> {
    return this.roles(context).load(personId);
  }
}

/** Only ids that the database itself has given are loaded, so that an absent row is a fault of ours. */
function present<T>(rows: (T | undefined)[]): (T | Error)[] {
  return rows.map((row) => row ?? new Error('a row that is referred to is absent'));
}
