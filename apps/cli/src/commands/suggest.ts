import type { Command } from 'commander';

import { SuggestionsDocument } from '#contracts';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { withClient } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';

interface SuggestFlags extends VaultFlags {
  readonly limit: number;
}

export function suggestCommand(terminal: Terminal): Command {
  return vaultCommand(
    'suggest',
    'Complete what is typed so far: titles, people, topics and words of documents that you may read.',
    'chancery suggest fish',
  )
    .argument('<words...>', 'what is typed so far')
    .option('--limit <number>', 'how many of each kind', wholeNumber(1, 20), 5)
    .action(
      withClient<SuggestFlags, [string[]]>(terminal, async ({ client, report }, { limit }, words) => {
        const { suggestions } = await client.execute(SuggestionsDocument, { typed: words.join(' '), first: limit });
        report.results(suggestions, (rows) =>
          table(
            terminal,
            [
              { title: 'Kind', of: ({ kind }) => kind.toLowerCase() },
              { title: 'Text', of: ({ text }) => text, flexible: true },
            ],
            rows,
            'Nothing that you may read begins so.',
          ),
        );
      }),
    );
}
