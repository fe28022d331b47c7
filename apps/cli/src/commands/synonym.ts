import type { Command } from 'commander';

import { AddSynonymDocument, RemoveSynonymDocument, SynonymsDocument } from '#contracts';
import type { SynonymsQuery } from '#contracts';

import { collect, family, vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { newId } from '../id.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';

type Synonym = SynonymsQuery['synonyms']['edges'][number]['node'];

export function synonymCommand(terminal: Terminal): Command {
  return family('synonym', 'Words that mean the same to this ministry: a search for one finds the others.', [
    listCommand(terminal),
    addCommand(terminal),
    removeCommand(terminal),
  ]);
}

interface ListFlags extends VaultFlags {
  readonly limit: number;
  readonly after?: string;
}

function listCommand(terminal: Terminal): Command {
  return vaultCommand('list', 'List the synonyms that are in use.', 'chancery synonym list')
    .option('--limit <number>', 'how many', wholeNumber(1, 200), 50)
    .option('--after <cursor>', 'go on where an earlier list ended')
    .action(
      withClient<ListFlags>(terminal, async ({ client, report }, { limit, after }) => {
        const { synonyms } = await client.execute(SynonymsDocument, { first: limit, after: after ?? null });
        report.results(
          synonyms.edges.map(({ node }) => node),
          (rows) => synonymTable(terminal, rows),
        );
        const { hasNextPage, endCursor } = synonyms.pageInfo;
        if (hasNextPage) report.note(`There is more: --after ${String(endCursor)}`);
      }),
    );
}

interface AddFlags extends VaultFlags {
  readonly means: readonly string[];
  readonly language?: string;
  readonly oneWay?: boolean;
}

function addCommand(terminal: Terminal): Command {
  return vaultCommand(
    'add',
    'Agree on words that mean the same. It holds from the next search on, for everybody.',
    'chancery synonym add UNHCR --means "High Commissioner for Refugees"',
    'chancery synonym add demarche --means representation --language en --one-way',
  )
    .argument('<words...>', 'words or wordings')
    .requiredOption('--means <words>', 'what they mean, may be repeated', collect)
    .option('--language <code>', 'for questions in this language only, for instance en')
    .option('--one-way', 'find the meanings where the words are asked for, but not the words where the meanings are')
    .action(
      withClient<AddFlags, [string[]]>(terminal, async ({ client, report }, flags, words) => {
        const { means, language = '', oneWay } = flags;
        const input = { id: newId(), words, means: [...means], language, bothWays: oneWay !== true };
        const { addSynonym } = await client.execute(AddSynonymDocument, { input });
        report.result(addSynonym, () => synonymTable(terminal, [addSynonym]));
      }),
    );
}

function removeCommand(terminal: Terminal): Command {
  return vaultCommand('remove', 'Give up a synonym.', 'chancery synonym remove 0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77')
    .argument('<synonym>', 'id, as the list prints it')
    .action(
      withClient<VaultFlags, [string]>(terminal, async ({ client, report }, _flags, id) => {
        await client.execute(RemoveSynonymDocument, { id });
        report.result({ id, removed: true }, () => terminal.colours.green('It is no longer used.'));
      }),
    );
}

function synonymTable(terminal: Terminal, rows: readonly Synonym[]): string {
  return table(
    terminal,
    [
      { title: 'Words', of: ({ words }) => words.join(', '), flexible: true },
      { title: '', of: ({ bothWays }) => (bothWays ? '↔' : '→') },
      { title: 'Means', of: ({ means }) => means.join(', '), flexible: true },
      { title: 'Language', of: ({ language }) => (language === '' ? 'every' : language) },
      { title: 'Id', of: ({ id }) => id, paint: terminal.colours.dim },
    ],
    rows,
    'There is no synonym yet.',
  );
}
