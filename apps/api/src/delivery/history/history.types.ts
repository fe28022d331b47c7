import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('HistoryManifest', {
  description: "How far a device's sealed history reaches, signed by the device.",
})
export class HistoryManifestType {
  @Field(() => ID)
  deviceId!: string;

  @Field(() => Int)
  segments!: number;

  @Field(() => Uint8Array, { description: 'SHA-256 of the last segment' })
  head!: Uint8Array;

  @Field(() => Uint8Array)
  signature!: Uint8Array;
}

@ObjectType('HistorySegment', { description: 'Sealed with a key that no server has.' })
export class HistorySegmentType {
  @Field(() => Int)
  number!: number;

  @Field(() => Uint8Array)
  payload!: Uint8Array;
}

@InputType()
export class HistorySegmentInput {
  @Field(() => Int, {
    description: 'one more than the segments before it; a retry with the same bytes changes nothing',
  })
  number!: number;

  @Field(() => Uint8Array)
  payload!: Uint8Array;

  @Field(() => Uint8Array, { description: 'of the manifest that ends with this segment, by the device' })
  signature!: Uint8Array;
}
