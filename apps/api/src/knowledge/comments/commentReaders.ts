import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import type { Label } from '#policy';
import { clean, fold } from '#text';

import { DirectoryService } from '../../directory/index.js';
import type { Colleague } from '../../directory/index.js';
import { DocumentsService } from '../documents/documents.service.js';
import { ReadingService, isCleared } from '../reading.service.js';

/** So many people whose names fit are looked at one by one. */
const LOOKED_AT = 200;

/** What is about to be said, and where. */
export interface Saying {
  readonly documentId: string;
  /** Of the collection that the document lies in. */
  readonly path: readonly string[];
  readonly label: Label;
  readonly authorId: string;
}

interface Grantees {
  readonly people: ReadonlySet<string>;
  readonly posts: ReadonlySet<string>;
  /** Whether there are grants to roles: whoever holds one is found out one by one. */
  readonly byRole: boolean;
}

/** Who may read a comment: whom it may name, and who is told of it. */
@Injectable()
export class CommentReaders {
  constructor(
    private readonly database: DataSource,
    private readonly directory: DirectoryService,
    private readonly documents: DocumentsService,
    private readonly reading: ReadingService,
  ) {}

  async mayRead(personId: string, documentId: string, label: Label): Promise<boolean> {
    const reader = await this.reading.readerOfPerson(personId);
    return isCleared(label, reader) && (await this.documents.byIds([documentId], reader.filter)).length > 0;
  }

  /**
   * Ids of up to `first` people who may read it, in the order of their names, which begin with `typed` or have a word that does. Each is
   * judged by the one rule: the grants only leave out at once those whom none can let in.
   */
  async named(typed: string, { documentId, path, label, authorId }: Saying, first: number): Promise<string[]> {
    const [everybody, granted] = await Promise.all([this.directory.everybody(), this.grantees(path)]);
    const fitting = everybody
      .filter(({ id }) => id !== authorId)
      .filter(({ id, postId }) => granted.byRole || granted.people.has(id) || granted.posts.has(postId))
      .filter(({ name }) => begins(name, typed))
      .sort(byName);
    const ids: string[] = [];
    for (const { id } of fitting.slice(0, LOOKED_AT)) {
      if (ids.length === first) break;
      if (await this.mayRead(id, documentId, label)) ids.push(id);
    }
    return ids;
  }

  private async grantees(path: readonly string[]): Promise<Grantees> {
    const rows = await this.database.query<{ kind: string; id: string }[]>(
      'SELECT grantee_kind AS kind, grantee_id AS id FROM collection_grant WHERE collection_id = ANY($1)',
      [path],
    );
    const of = (kind: string): string[] => rows.flatMap((row) => (row.kind === kind ? [row.id] : []));
    return { people: new Set(of('person')), posts: new Set(of('post')), byRole: of('role').length > 0 };
  }
}

function byName(a: Colleague, b: Colleague): number {
  if (a.name === b.name) return a.id < b.id ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

function begins(name: string, typed: string): boolean {
  const [said, wanted] = [fold(clean(name, '')), fold(clean(typed, '')).trimStart()];
  return said.startsWith(wanted) || said.split(/[\s-]+/u).some((word) => word.startsWith(wanted));
}
