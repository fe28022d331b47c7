import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';

import { DateTime, connectionOf } from '../../platform/graphql/index.js';
import type { Reader } from '../reading.service.js';

/** Why somebody should look at a document. */
export enum NoticeKind {
  REVIEW_DUE = 'REVIEW_DUE',
  EXPIRED = 'EXPIRED',
  DECLASSIFIED = 'DECLASSIFIED',
  DECLASSIFICATION_REFUSED = 'DECLASSIFICATION_REFUSED',
  /** The subject is the list, and the version where it asks for a later one. */
  ACKNOWLEDGEMENT_ASKED = 'ACKNOWLEDGEMENT_ASKED',
  ACKNOWLEDGEMENT_TOMORROW = 'ACKNOWLEDGEMENT_TOMORROW',
  ACKNOWLEDGEMENT_OVERDUE = 'ACKNOWLEDGEMENT_OVERDUE',
  OWNED = 'OWNED',
  /** The subject is the comment. */
  MENTIONED = 'MENTIONED',
  ANSWERED = 'ANSWERED',
  /** The subject is the link, and the version of what it cites. */
  CITATION_CHANGED = 'CITATION_CHANGED',
  /** Of what somebody watches; the subject is the version. */
  WATCHED_NEW = 'WATCHED_NEW',
  WATCHED_REVISED = 'WATCHED_REVISED',
  WATCHED_RELABELLED = 'WATCHED_RELABELLED',
  WATCHED_APPROVED = 'WATCHED_APPROVED',
  WATCHED_SUPERSEDED = 'WATCHED_SUPERSEDED',
  /** The subject is the saved search. */
  FOUND = 'FOUND',
}

registerEnumType(NoticeKind, { name: 'NoticeKind' });

@ObjectType({ description: 'Something about a document that one should look at' })
export class Notice {
  @Field(() => ID)
  id!: string;

  @Field(() => NoticeKind)
  kind!: NoticeKind;

  @Field(() => ID)
  documentId!: string;

  @Field(() => String, { description: 'What of the document: an id or a number, empty for the whole' })
  subject!: string;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  seenAt!: Date | null;

  /** Who asked, for the fields that are resolved later. */
  reader!: Reader;
}

@ObjectType()
export class NoticeConnection extends connectionOf(Notice) {}
