import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

import type { AuditKind } from '#transparency';

import { Bytes, DateTime } from '../../platform/graphql/index.js';

/** The kinds of entries, as GraphQL writes them. */
export const AuditKindName = {
  STATEMENT: 'statement',
  ACT: 'act',
  LOGIN: 'login',
  REFUSAL: 'refusal',
  EXPORT: 'export',
  DOWNGRADE: 'downgrade',
  CLOCK: 'clock',
} as const satisfies Record<Uppercase<AuditKind>, AuditKind>;

registerEnumType(AuditKindName, { name: 'AuditKind' });

@InputType()
export class AuditFilter {
  @Field(() => AuditKindName, { nullable: true })
  kind?: AuditKind | null;

  @Field(() => ID, { nullable: true, description: 'Who acted' })
  personId?: string | null;

  @Field(() => ID, { nullable: true, description: 'By which device' })
  deviceId?: string | null;

  @Field(() => DateTime, { nullable: true })
  since?: Date | null;

  @Field(() => DateTime, { nullable: true })
  until?: Date | null;
}

@ObjectType('AuditEntry')
export class AuditEntryType {
  @Field(() => Int)
  seq!: number;

  @Field(() => Bytes, { description: 'The entry itself; the encoding is in libs/transparency' })
  payload!: Uint8Array;
}

@ObjectType('AuditHead')
export class AuditHeadType {
  @Field(() => Int, { description: 'Number of the newest entry, 0 before the first' })
  entry!: number;

  @Field(() => Bytes)
  hash!: Uint8Array;
}

@InputType()
export class AuditHeadInput {
  @Field(() => Int)
  entry!: number;

  @Field(() => Bytes)
  hash!: Uint8Array;
}

@ObjectType()
export class AuditPage {
  @Field(() => [AuditEntryType])
  entries!: AuditEntryType[];

  @Field(() => AuditHeadType)
  head!: AuditHeadType;
}
