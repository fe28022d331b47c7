import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import type { Label } from '#policy';

import { NoticeKind } from '../notices/notices.types.js';
import { Notices } from '../notices/notices.service.js';
import type { CommentEntity } from './comment.entity.js';
import { CommentReaders } from './commentReaders.js';

/** Tells people of a comment that names them, or answers theirs: only those who may read it. */
@Injectable()
export class CommentNotices {
  constructor(
    private readonly readers: CommentReaders,
    private readonly notices: Notices,
  ) {}

  /** @param answered - the author of the comment that this one answers */
  async tell(
    comment: CommentEntity,
    label: Label,
    answered: string | undefined,
    transaction: EntityManager,
  ): Promise<void> {
    await this.give(NoticeKind.MENTIONED, comment.mentions, comment, label, transaction);
    const others = answered === undefined || comment.mentions.includes(answered) ? [] : [answered];
    await this.give(NoticeKind.ANSWERED, others, comment, label, transaction);
  }

  private async give(
    kind: NoticeKind,
    people: readonly string[],
    { id, documentId, authorId }: CommentEntity,
    label: Label,
    transaction: EntityManager,
  ): Promise<void> {
    const personIds: string[] = [];
    for (const personId of people) {
      if (personId !== authorId && (await this.readers.mayRead(personId, documentId, label))) personIds.push(personId);
    }
    await this.notices.give(transaction, { personIds, kind, documentId, subject: id });
  }
}
