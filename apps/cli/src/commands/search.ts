import type { Command } from 'commander';

import { ChanceryError } from '#client';
import type { Client } from '#client';
import { DocumentDocument, SearchDocument } from '#contracts';
import type { DocumentState, SearchFilter, SearchInput, SearchOrder } from '#contracts';

import { collect, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { documentWords, plainPassage, searchWords } from '../documentWords.js';
import type { SearchResult } from '../documentWords.js';
import { findCollection } from '../lookup.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { order, states, wholeNumber } from '../values.js';

/** What narrows a search. */
export interface NarrowingFlags extends VaultFlags {
  readonly phrase?: boolean;
  readonly collection?: readonly string[];
  readonly kind?: readonly string[];
  readonly language?: readonly string[];
  readonly level?: readonly string[];
  readonly country?: readonly string[];
  readonly topic?: readonly string[];
  readonly status?: readonly DocumentState[];
  readonly since?: string;
  readonly until?: string;
}

interface SearchFlags extends NarrowingFlags {
  readonly facet?: readonly string[];
  readonly order: SearchOrder;
  readonly limit: number;
  readonly after?: string;
}

export function searchCommand(terminal: Terminal): Command {
  const command = vaultCommand(
    'search',
    'Search the documents that you may read.',
    'chancery search fisheries quota',
    'chancery search "transit corridor" --language fr --kind report --limit 5',
  );
  return narrowed(command.argument('<words...>', 'what to look for'))
    .option('--facet <field>', 'count the values of this field too, may be repeated', collect)
    .option('--order <order>', 'relevance, newest, oldest or title', order, 'RELEVANCE')
    .option('--limit <number>', 'how many hits', wholeNumber(1, 100), 10)
    .option('--after <cursor>', 'go on where an earlier search ended')
    .action(
      withClient<SearchFlags, [string[]]>(terminal, async ({ client, report }, flags, words) => {
        const { search } = await client.execute(SearchDocument, {
          input: {
            ...(await askedFor(client, words, flags)),
            order: flags.order,
            first: flags.limit,
            after: flags.after ?? null,
            facets: [...(flags.facet ?? [])],
          },
        });
        report.result(searchJson(words.join(' '), search), () => searchWords(terminal, search));
      }),
    );
}

/** Adds the options that narrow a search. */
export function narrowed(command: Command): Command {
  return command
    .option('--phrase', 'the words as they stand, next to each other')
    .option('--collection <collection>', 'name or id, may be repeated', collect)
    .option('--kind <kind>', 'for instance cable or note-verbale, may be repeated', collect)
    .option('--language <code>', 'for instance en or uz, may be repeated', collect)
    .option('--level <level>', 'for instance CONFIDENTIAL, may be repeated', collect)
    .option('--country <code>', 'ISO 3166, for instance UZ, may be repeated', collect)
    .option('--topic <topic>', 'may be repeated', collect)
    .option('--status <status>', 'for instance draft or approved, may be repeated', states)
    .option('--since <date>', 'not before this day, YYYY-MM-DD')
    .option('--until <date>', 'not after this day, YYYY-MM-DD');
}

/** What the words and options of a command ask for. */
export async function askedFor(
  client: Client,
  words: readonly string[],
  flags: NarrowingFlags,
): Promise<Pick<SearchInput, 'query' | 'mode' | 'filter'>> {
  const mode = flags.phrase === true ? 'PHRASE' : 'WORDS';
  return { query: words.join(' '), mode, filter: await filterOf(client, flags) };
}

async function filterOf(client: Client, flags: NarrowingFlags): Promise<SearchFilter> {
  const collections = await Promise.all((flags.collection ?? []).map((wanted) => findCollection(client, wanted)));
  const lists = {
    kinds: flags.kind,
    languages: flags.language,
    levels: flags.level,
    countries: flags.country,
    topics: flags.topic,
    states: flags.status,
  };
  const given = Object.entries(lists).flatMap(([name, values]) => (values === undefined ? [] : [[name, [...values]]]));
  return {
    ...(Object.fromEntries(given) as SearchFilter),
    ...(collections.length === 0 ? {} : { collectionIds: collections.map(({ id }) => id) }),
    ...(flags.since === undefined ? {} : { dateFrom: flags.since }),
    ...(flags.until === undefined ? {} : { dateTo: flags.until }),
  };
}

/** A result of a search as a program reads it. */
export function searchJson(query: string, { hits, ...rest }: SearchResult): object {
  return {
    query,
    ...rest,
    hits: hits.map(hitJson),
  };
}

/** A hit as a program reads it. */
export function hitJson({ document, score, passage, part }: SearchResult['hits'][number]): object {
  return { ...document, score, ...plainPassage(passage), part };
}

interface OpenFlags extends VaultFlags {
  readonly version?: number;
}

export function openCommand(terminal: Terminal): Command {
  return vaultCommand('open', 'Read a document.', 'chancery open 0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77')
    .argument('<document>', 'id, as search prints it')
    .option('--version <number>', 'an earlier version', wholeNumber(1, 1_000_000))
    .action(
      withClient<OpenFlags, [string]>(terminal, async ({ client, report }, { version }, id) => {
        const { document } = await client.execute(DocumentDocument, { id, version: version ?? null });
        // "forbidden" and "absent" are one answer
        if (!document)
          throw new ChanceryError('NOT_FOUND', 'there is no such document that you may read', { field: 'document' });
        report.result(document, () => documentWords(terminal, document));
      }),
    );
}
