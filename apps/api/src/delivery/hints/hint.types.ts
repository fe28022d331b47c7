import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

import { EnvelopeType } from '../envelopes/envelope.types.js';

@ObjectType('Hint', {
  description: 'A hint that something waits; never the only way to learn of it. Small envelopes ride along.',
})
export class HintType {
  @Field(() => ID, { nullable: true })
  groupId!: string | null;

  @Field(() => Int, { nullable: true })
  seq!: number | null;

  @Field(() => EnvelopeType, { nullable: true })
  envelope!: EnvelopeType | null;

  @Field(() => Boolean, { description: 'A Welcome waits' })
  welcome!: boolean;

  @Field(() => Int, { nullable: true, description: 'The directory has grown to this sequence number' })
  statementHead!: number | null;

  @Field(() => ID, { nullable: true, description: 'For officers: an act waits for approval, or was decided' })
  approval!: string | null;

  @Field(() => ID, { nullable: true, description: "A campaign that the receiver's device holds back" })
  campaign!: string | null;
}

const NOTHING = {
  groupId: null,
  seq: null,
  envelope: null,
  welcome: false,
  statementHead: null,
  approval: null,
  campaign: null,
};

/** Something stands at this place of a group's order; the envelope itself rides along when it is small. */
export function hintOfPlace(groupId: string, seq: number, envelope: EnvelopeType | null = null): HintType {
  return { ...NOTHING, groupId, seq, envelope };
}

export function hintOfWelcome(): HintType {
  return { ...NOTHING, welcome: true };
}

export function hintOfApproval(approval: string): HintType {
  return { ...NOTHING, approval };
}

export function hintOfCampaign(campaign: string): HintType {
  return { ...NOTHING, campaign };
}

export function hintOfDirectory(statementHead: number): HintType {
  return { ...NOTHING, statementHead };
}
