import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import { DateTime } from '../../platform/graphql/index.js';

/** Why devices were reminded: half of a campaign's time is over, its last day has begun, or an officer wants it. */
export enum ReminderReason {
  HALF_TIME = 'HALF_TIME',
  LAST_DAY = 'LAST_DAY',
  OFFICER = 'OFFICER',
}

registerEnumType(ReminderReason, { name: 'ReminderReason' });

@ObjectType({ description: 'The devices that held a campaign back were told so' })
export class CampaignReminder {
  @Field(() => ReminderReason)
  reason!: ReminderReason;

  @Field(() => DateTime)
  at!: Date;

  @Field(() => Int, { description: 'How many held it back' })
  devices!: number;
}
