import { Args, Context, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller, Requires, Role } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { pageSize } from '../../platform/graphql/index.js';
import type { Connection, RequestContext } from '../../platform/graphql/index.js';
import { Loaders } from '../loaders.js';
import { Post } from '../posts/post.model.js';
import { PeopleService } from './people.service.js';
import { Clearance, Device, Person, PersonConnection } from './person.model.js';

@Resolver(() => Person)
export class PeopleResolver {
  constructor(
    private readonly service: PeopleService,
    private readonly loaders: Loaders,
  ) {}

  @Requires('directory.read')
  @Query(() => PersonConnection)
  people(
    @Args('first', { type: () => Int, defaultValue: 50, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
    @Args('name', { type: () => String, nullable: true }) name?: string | null,
    @Args('postId', { type: () => ID, nullable: true }) postId?: string | null,
  ): Promise<Connection<Person>> {
    return this.service.page(pageSize(first ?? 50), after, { name, postId });
  }

  @Requires('directory.read')
  @Query(() => Person, { nullable: true })
  async person(@Args('id', { type: () => ID }) id: string): Promise<Person | null> {
    const [person] = await this.service.byIds([id]);
    return person ?? null;
  }

  @Authenticated()
  @ResolveField(() => Post)
  post(@Parent() { postId }: Person, @Context() context: RequestContext): Promise<Post> {
    return this.loaders.post(context, postId);
  }

  @Authenticated()
  @ResolveField(() => [Device])
  devices(@Parent() { id }: Person, @Context() context: RequestContext): Promise<Device[]> {
    return this.loaders.devicesOf(context, id);
  }

  /** For the person, and for those who enrol or decide on trust. */
  @Authenticated()
  @ResolveField(() => Clearance, { nullable: true, description: 'Absent unless the caller may know it' })
  clearance(
    @Parent() { id }: Person,
    @Context() context: RequestContext,
    @CurrentCaller() { personId, permissions }: Caller,
  ): Promise<Clearance | null> | null {
    const mayKnow = id === personId || permissions.has('directory.enrol') || permissions.has('directory.statements');
    return mayKnow ? this.loaders.clearanceOf(context, id) : null;
  }

  @Authenticated()
  @ResolveField(() => [Role])
  roles(@Parent() { id }: Person, @Context() context: RequestContext): Promise<Role[]> {
    return this.loaders.rolesOf(context, id);
  }
}
