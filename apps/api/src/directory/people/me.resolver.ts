import { Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import type { RequestContext } from '../../platform/graphql/index.js';
import { Loaders } from '../loaders.js';
import { Clearance, Device, Me, Person } from './person.model.js';

@Resolver(() => Me)
export class MeResolver {
  constructor(private readonly loaders: Loaders) {}

  @Authenticated()
  @Query(() => Me)
  me(@CurrentCaller() { personId, deviceId, permissions, sessionExpiresAt }: Caller): Me {
    return { personId, deviceId, permissions: [...permissions].toSorted(), sessionExpiresAt };
  }

  @Authenticated()
  @ResolveField(() => Person)
  person(@Parent() { personId }: Me, @Context() context: RequestContext): Promise<Person> {
    return this.loaders.person(context, personId);
  }

  @Authenticated()
  @ResolveField(() => Device)
  async device(@Parent() { personId, deviceId }: Me, @Context() context: RequestContext): Promise<Device> {
    const devices = await this.loaders.devicesOf(context, personId);
    const device = devices.find(({ id }) => id === deviceId);
    if (!device) throw new Error('a session belongs to a device of its person');
    return device;
  }

  @Authenticated()
  @ResolveField(() => Clearance, { nullable: true })
  clearance(@Parent() { personId }: Me, @Context() context: RequestContext): Promise<Clearance | null> {
    return this.loaders.clearanceOf(context, personId);
  }
}
