import type { Command } from 'commander';

import { command } from '../command.js';
import type { EvaluateFlags } from '../measurement.js';
import { withReport } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { engine } from '../values.js';

export function evaluateCommand(terminal: Terminal): Command {
  return command(
    'evaluate',
    'Measure how good the search is, on a test collection filed into a scratch server, beside plain BM25.',
    'chancery evaluate ../shared/data/ir/cranfield --engine postgres --json',
    'chancery evaluate --tei ../shared/data/frus --queries ../shared/data/frus/queries.tsv',
  )
    .argument('[folder]', 'a folder with docs.jsonl, queries.jsonl and qrels.tsv')
    .option('--engine <name>', 'postgres or meilisearch', engine, 'postgres')
    .option('--language <code>', 'of a collection in several languages')
    .option('--tei <folder>', 'a folder of TEI volumes instead')
    .option('--queries <file>', 'known-item questions about the volumes, with tabs: id, question, relevant documents')
    .option('--each', 'also where the first right answer to each question stands, the worst first')
    .action(
      // loaded when it is needed: it brings the whole server along
      withReport<EvaluateFlags, [string | undefined]>(terminal, async (report, flags, folder) =>
        (await import('../measurement.js')).measure(report, flags, folder),
      ),
    );
}
