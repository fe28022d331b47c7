import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({
  description: 'A signed fact; the encoding is in libs/transparency. Sequence numbers start at 1 and have no gaps.',
})
export class Statement {
  @Field(() => Int)
  seq!: number;

  @Field(() => Uint8Array)
  payload!: Uint8Array;

  @Field(() => Date)
  recordedAt!: Date;
}

@ObjectType()
export class StatementPage {
  @Field(() => [Statement])
  statements!: Statement[];

  @Field(() => Int, { description: 'Sequence number of the newest statement' })
  head!: number;
}
