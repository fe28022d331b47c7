import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { primaryLanguage, terms } from '#text';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { MAX_SYNONYMS, SynonymBook } from '../../platform/search/index.js';
import type { Synonym } from '../../platform/search/index.js';
import { requireCount, requireText } from '../texts.js';
import type { SynonymInput } from './synonyms.types.js';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_WORDS = 20;
const MAX_WORD = 100;
const MAX_LANGUAGE = 20;

/** The ministry's synonyms, as those who manage its knowledge agree on them. They hold at the next search. */
@Injectable()
export class SynonymsService {
  constructor(
    private readonly database: DataSource,
    private readonly book: SynonymBook,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  page(after: string, limit: number): Promise<Synonym[]> {
    return this.book.page(after, limit);
  }

  /** Throws BAD_INPUT, TOO_LARGE. The same again is the same synonym. */
  async add({ id, language, words, means, bothWays }: SynonymInput, caller: Caller): Promise<Synonym> {
    if (!ID.test(id)) throw new Refusal('BAD_INPUT', 'an id is a lower-case UUID', { field: 'id' });
    requireText('language', language ?? '', MAX_LANGUAGE, { mayBeEmpty: true });
    requireWords('words', words);
    requireWords('means', means);
    const synonym: Synonym = {
      id,
      language: language ? primaryLanguage(language) : '',
      words,
      means,
      bothWays: bothWays ?? true,
      createdBy: caller.personId,
      createdAt: this.clock.now(),
    };
    return this.database.transaction(async (transaction) => {
      if (!(await this.book.add(synonym, transaction))) {
        throw new Refusal('TOO_LARGE', `there are ${String(MAX_SYNONYMS)} synonyms already`, { field: 'words' });
      }
      await this.audit.recordAct(caller, 'addSynonym', [id], transaction);
      return synonym;
    });
  }

  /** Throws NOT_FOUND. */
  async remove(id: string, caller: Caller): Promise<void> {
    await this.database.transaction(async (transaction) => {
      if (!(await this.book.remove(id, transaction))) {
        throw new Refusal('NOT_FOUND', 'there is no such synonym', { field: 'id' });
      }
      await this.audit.recordAct(caller, 'removeSynonym', [id], transaction);
    });
  }
}

function requireWords(field: string, words: readonly string[]): void {
  if (words.length === 0) throw new Refusal('BAD_INPUT', `${field} is empty`, { field });
  requireCount(field, words, MAX_WORDS);
  words.forEach((word, index) => {
    const place = `${field}.${String(index)}`;
    requireText(place, word, MAX_WORD);
    if (terms(word, '').length === 0) throw new Refusal('BAD_INPUT', `${place} holds no word`, { field: place });
  });
}
