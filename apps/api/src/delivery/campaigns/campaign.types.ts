import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';

@ObjectType('Campaign', {
  description:
    'Every device changes its keys in every conversation of a scope; officers begin and end it by statements',
})
export class CampaignType {
  @Field(() => ID)
  id!: string;

  @Field(() => [ID], { nullable: true, description: 'Only conversations with these levels; absent: with any' })
  levels!: readonly string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Only conversations with somebody of these posts; absent: of any' })
  posts!: readonly string[] | null;

  @Field(() => Int, { nullable: true, description: 'The MLS cipher suite to move to; null: new keys are asked for' })
  suite!: number | null;

  @Field(() => DateTime)
  startedAt!: Date;

  @Field(() => DateTime, { description: 'Whoever has not changed keys then is removed from the conversation' })
  deadline!: Date;

  @Field(() => DateTime, { nullable: true })
  endedAt!: Date | null;
}

@ObjectType({ description: 'How far a campaign has come, now' })
export class CampaignProgress {
  @Field(() => Int)
  groups!: number;

  @Field(() => Int, { description: 'Conversations in which every device has changed its keys' })
  groupsDone!: number;

  @Field(() => Int, { description: 'Memberships of devices' })
  members!: number;

  @Field(() => Int)
  membersDone!: number;
}

@ObjectType({ description: 'How far a campaign was when it was counted last on a day' })
export class CampaignDay extends CampaignProgress {
  @Field(() => String, { description: 'In UTC, for instance 2026-11-22' })
  day!: string;
}

@ObjectType({ description: 'A device that holds a campaign back' })
export class CampaignHolder {
  @Field(() => ID)
  deviceId!: string;

  @Field(() => String)
  deviceName!: string;

  @Field(() => ID)
  personId!: string;

  @Field(() => String)
  personName!: string;

  @Field(() => Int, { description: 'Conversations in which it has not changed its keys' })
  groups!: number;
}

@ObjectType()
export class CampaignConnection extends connectionOf(CampaignType, 'Campaign') {}

@ObjectType()
export class CampaignHolderConnection extends connectionOf(CampaignHolder) {}
