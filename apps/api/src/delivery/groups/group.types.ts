import { Field, ID, InputType, Int, ObjectType, createUnionType } from '@nestjs/graphql';

import { LabelType, RefusalType, connectionOf } from '../../platform/graphql/index.js';

@ObjectType('Group')
export class GroupType {
  @Field(() => ID)
  id!: string;

  @Field(() => LabelType)
  label!: LabelType;

  @Field(() => Int)
  epoch!: number;

  @Field(() => Int)
  lastSeq!: number;

  @Field(() => Int, { description: 'First sequence number that this device may fetch' })
  firstSeq!: number;

  @Field(() => Int)
  members!: number;
}

@ObjectType()
export class GroupConnection extends connectionOf(GroupType, 'Group') {}

@InputType()
export class CreateGroupInput {
  @Field(() => Uint8Array, { description: 'MLSMessage holding a GroupInfo of epoch 0 with the ratchet tree' })
  groupInfo!: Uint8Array;

  @Field(() => Uint8Array)
  idempotencyKey!: Uint8Array;
}

@ObjectType()
export class GroupCreated {
  @Field(() => GroupType)
  readonly group: GroupType;

  constructor(group: GroupType) {
    this.group = group;
  }
}

export const CreateGroupResult = createUnionType({
  name: 'CreateGroupResult',
  types: () => [GroupCreated, RefusalType] as const,
});

@InputType()
export class CommitInput {
  @Field(() => ID)
  groupId!: string;

  @Field(() => Uint8Array)
  commit!: Uint8Array;

  @Field(() => Uint8Array, {
    nullable: true,
    description: 'MLSMessage holding a Welcome, when the commit adds devices',
  })
  welcome?: Uint8Array | null;

  @Field(() => Uint8Array, {
    nullable: true,
    description:
      'MLSMessage holding a GroupInfo of epoch 1 with the ratchet tree, when the commit closes the group by a ReInit: of the group that takes its place',
  })
  successor?: Uint8Array | null;

  @Field(() => Uint8Array)
  idempotencyKey!: Uint8Array;
}

@ObjectType()
export class CommitAccepted {
  @Field(() => ID)
  readonly groupId: string;

  @Field(() => Int)
  readonly seq: number;

  @Field(() => Int)
  readonly epoch: number;

  constructor(groupId: string, seq: number, epoch: number) {
    this.groupId = groupId;
    this.seq = seq;
    this.epoch = epoch;
  }
}

@ObjectType()
export class CommitConflict {
  @Field(() => ID)
  readonly groupId: string;

  @Field(() => Int, { description: 'The epoch that the group is in' })
  readonly epoch: number;

  @Field(() => Int)
  readonly lastSeq: number;

  constructor(groupId: string, epoch: number, lastSeq: number) {
    this.groupId = groupId;
    this.epoch = epoch;
    this.lastSeq = lastSeq;
  }
}

export const CommitResult = createUnionType({
  name: 'CommitResult',
  types: () => [CommitAccepted, CommitConflict, RefusalType] as const,
});

@ObjectType()
export class PendingWelcome {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  groupId!: string;

  @Field(() => Uint8Array)
  welcome!: Uint8Array;

  @Field(() => Int, { description: 'The first sequence number after the commit that added this device' })
  nextSeq!: number;
}
