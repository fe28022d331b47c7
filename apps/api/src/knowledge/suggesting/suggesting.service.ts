import { Injectable } from '@nestjs/common';

import type { Caller } from '../../access/index.js';
import { pageSize } from '../../platform/graphql/index.js';
import { Suggestions } from '../../platform/search/index.js';
import { DocumentsService } from '../documents/documents.service.js';
import { ReadingService } from '../reading.service.js';
import { requireText } from '../texts.js';
import { SuggestionKind } from './suggesting.types.js';
import type { Suggestion } from './suggesting.types.js';

const MAX_TYPED = 200;
const MAX_EACH = 20;
const LAST_WORD = /[^\s"“”«»]+$/u;

/** Suggestions while somebody types: out of what that person may read at this moment, and nothing else. */
@Injectable()
export class SuggestingService {
  constructor(
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly suggestions: Suggestions,
  ) {}

  /** Up to `first` of each kind. Throws BAD_INPUT, TOO_LARGE. */
  async suggest(typed: string, first: number, caller: Caller): Promise<Suggestion[]> {
    requireText('typed', typed, MAX_TYPED, { mayBeEmpty: true });
    const size = pageSize(first, MAX_EACH);
    const { filter } = await this.reading.readerOf(caller);
    const readable = async (ids: readonly string[]) =>
      new Set((await this.documents.families(ids, filter)).map(({ id }) => id));
    const [last = ''] = LAST_WORD.exec(typed) ?? [];
    const begun = typed.slice(0, typed.length - last.length);
    const [wholes, words] = await Promise.all([
      this.suggestions.find(typed, ['title', 'person', 'topic'], size, filter, readable),
      this.suggestions.find(last, ['word'], size, filter, readable),
    ]);
    return [
      ...wholes.map(({ kind, shown }) => ({ kind: KINDS[kind], text: shown })),
      ...words.map(({ kind, shown }) => ({ kind: KINDS[kind], text: begun + shown })),
    ];
  }
}

const KINDS = {
  title: SuggestionKind.TITLE,
  person: SuggestionKind.PERSON,
  topic: SuggestionKind.TOPIC,
  word: SuggestionKind.WORD,
} as const;
