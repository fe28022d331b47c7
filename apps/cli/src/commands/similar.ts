import type { Command } from 'commander';

import { SimilarDocumentsDocument } from '#contracts';

import { vaultCommand } from '../command.js';
import type { VaultFlags } from '../command.js';
import { hitWords } from '../documentWords.js';
import { withClient } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { wholeNumber } from '../values.js';
import { hitJson } from './search.js';

interface SimilarFlags extends VaultFlags {
  readonly limit: number;
}

export function similarCommand(terminal: Terminal): Command {
  return vaultCommand(
    'similar',
    'Find the documents that are like one, out of those that you may read.',
    'chancery similar 0195f1c2-7a64-7c11-9d2e-5f4b1c0a9e77',
  )
    .argument('<document>', 'id, as search prints it')
    .option('--limit <number>', 'how many', wholeNumber(1, 50), 10)
    .action(
      withClient<SimilarFlags, [string]>(terminal, async ({ client, report }, { limit }, documentId) => {
        const found = await client.execute(SimilarDocumentsDocument, { documentId, first: limit });
        const hits = found.similarDocuments;
        if (report.json) report.results(hits.map(hitJson), () => '');
        else terminal.out(hits.map((hit) => hitWords(terminal, hit)).join('\n\n') || terminal.colours.dim(NONE));
      }),
    );
}

const NONE = 'Nothing that you may read is like it.';
