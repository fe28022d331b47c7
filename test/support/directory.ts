import { EventEmitter, on } from 'node:events';

import { Global, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import {
  Args,
  Field,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql';

import {
  AccessChanges,
  Authenticated,
  CurrentCaller,
  DeviceDirectory,
  Public,
  Requires,
  Role,
} from '../../apps/api/src/access/index.js';
import type { Caller, KnownDevice } from '../../apps/api/src/access/index.js';
import { Bytes, DateTime } from '../../apps/api/src/platform/graphql/index.js';
import { PubSub } from '../../apps/api/src/platform/pubsub/index.js';
import type { TestDevice } from './devices.js';

/** People and devices that a test of access sets up by hand. */
export class ListedDevices extends DeviceDirectory {
  readonly devices = new Map<string, KnownDevice>();
  readonly rolesOf = new Map<string, Role[]>();

  add({ deviceId, personId, signatureKey }: TestDevice, ...roles: Role[]): void {
    this.devices.set(deviceId, { personId, postId: 'headquarters', signatureKey });
    if (roles.length > 0) this.rolesOf.set(personId, roles);
  }

  revoke(deviceId: string): void {
    const device = this.devices.get(deviceId);
    if (device) this.devices.set(deviceId, { ...device, revokedAt: new Date() });
  }

  override device(deviceId: string): Promise<KnownDevice | undefined> {
    return Promise.resolve(this.devices.get(deviceId));
  }

  override revokedAmong(deviceIds: readonly string[]): Promise<string[]> {
    return Promise.resolve(deviceIds.filter((id) => this.devices.get(id)?.revokedAt));
  }

  override clearance(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override seen(): Promise<void> {
    return Promise.resolve();
  }

  override roles(personId: string): Promise<Role[]> {
    return Promise.resolve(this.rolesOf.get(personId) ?? [Role.MEMBER]);
  }
}

/** One thing that a person may see more or less of. */
@ObjectType()
class Thing {
  @Field(() => String)
  name!: string;

  @Field(() => Bytes, { nullable: true })
  bytes!: Uint8Array | null;

  @Field(() => DateTime, { nullable: true })
  at!: Date | null;
}

@InputType()
class ThingInput {
  @Field(() => Bytes)
  bytes!: Uint8Array;

  @Field(() => DateTime, { nullable: true })
  at?: Date;

  @Field(() => Int, { nullable: true })
  count?: number;
}

/** Every kind of rule, as the product's resolvers use them. */
@Resolver(() => Thing)
class Probe {
  constructor(
    private readonly devices: DeviceDirectory,
    private readonly changes: AccessChanges,
    private readonly pubsub: PubSub,
  ) {}

  @Public()
  @Query(() => String)
  ping(): string {
    return 'pong';
  }

  @Authenticated()
  @Query(() => String)
  whoami(@CurrentCaller() caller: Caller): string {
    return caller.deviceId;
  }

  @Requires('directory.roles')
  @Query(() => Boolean)
  mayGiveRoles(): boolean {
    return true;
  }

  @Public()
  @Query(() => Thing)
  thing(): Partial<Thing> {
    return { name: 'thing', bytes: null, at: null };
  }

  @Requires('directory.statements')
  @ResolveField(() => String, { nullable: true })
  secret(): string {
    return 'for security officers';
  }

  @ResolveField(() => Thing)
  inner(): Partial<Thing> {
    return this.thing();
  }

  @Public()
  @Query(() => Thing)
  echo(@Args('input') input: ThingInput): Thing {
    return { name: 'echo', bytes: input.bytes, at: input.at ?? null };
  }

  @Public()
  @Query(() => String)
  fail(): string {
    throw new Error('canary: what went wrong inside');
  }

  @Authenticated()
  @Subscription(() => String, { resolve: (word: string) => word })
  words(): AsyncIterableIterator<string> {
    const words = new EventEmitter();
    void this.pubsub.subscribe('test.words', (word) => words.emit('word', word));
    const events = on(words, 'word') as AsyncIterableIterator<[string]>;
    return mapFirst(events);
  }

  @Public()
  @Mutation(() => Boolean)
  async say(@Args('word') word: string): Promise<boolean> {
    await this.pubsub.publish('test.words', word);
    return true;
  }

  @Public()
  @Mutation(() => Boolean)
  async revoke(@Args('deviceId') deviceId: string): Promise<boolean> {
    (this.devices as ListedDevices).revoke(deviceId);
    await this.changes.devicesRevoked([deviceId]);
    return true;
  }

  @Public()
  @Mutation(() => Boolean)
  async setRole(@Args('personId') personId: string, @Args('role', { type: () => Role }) role: Role): Promise<boolean> {
    (this.devices as ListedDevices).rolesOf.set(personId, [role]);
    await this.changes.personChanged(personId);
    return true;
  }
}

async function* mapFirst(events: AsyncIterableIterator<[string]>): AsyncIterableIterator<string> {
  for await (const [word] of events) yield word;
}

/** A module that stands in for the directory, so that access and hardening are tested by themselves. */
export function listedDevices(directory = new ListedDevices()): { directory: ListedDevices; module: Type } {
  @Global()
  @Module({
    providers: [Probe, { provide: DeviceDirectory, useValue: directory }],
    exports: [DeviceDirectory],
  })
  class ListedDevicesModule {}
  return { directory, module: ListedDevicesModule };
}
