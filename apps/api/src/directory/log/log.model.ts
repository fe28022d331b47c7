import { Field, Int, ObjectType } from '@nestjs/graphql';

@ObjectType({
  description:
    'The state of the transparency log: entry number `seq - 1` is the statement `seq`, as its signer encoded it (RFC 9162 section 2.1)',
})
export class LogCheckpoint {
  @Field(() => Int)
  size!: number;

  @Field(() => String, { description: 'Signed note with the cosignatures that there are (c2sp.org/tlog-checkpoint)' })
  note!: string;
}

@ObjectType()
export class LogInclusion {
  @Field(() => Uint8Array, { description: 'SHA-256 of the leaf' })
  leaf!: Uint8Array;

  @Field(() => [Uint8Array], { description: 'RFC 9162 section 2.1.3' })
  proof!: Uint8Array[];
}
