import type { Flags } from './command.js';
import { usage } from './failure.js';
import { evaluate } from './knowledge/evaluate.js';
import type { Evaluation, Figures, Placed } from './knowledge/evaluate.js';
import { readTeiCollection, readTestCollection } from './knowledge/testCollection.js';
import type { TestCollection } from './knowledge/testCollection.js';
import type { Report } from './report.js';
import { openScratch } from './scratch.js';
import { table } from './terminal/table.js';
import type { Terminal } from './terminal/terminal.js';
import type { Engine } from './values.js';

/** How a measurement was asked for. */
export interface EvaluateFlags extends Flags {
  readonly engine: Engine;
  readonly language?: string;
  readonly tei?: string;
  readonly queries?: string;
  readonly each?: true;
}

/** Files a collection into a scratch server, asks its questions and prints the figures. */
export async function measure(report: Report, flags: EvaluateFlags, folder?: string): Promise<void> {
  const collection = await collectionOf(flags, folder);
  const scratch = await openScratch(flags.engine);
  try {
    const evaluation = await evaluate(collection, scratch, (step) => {
      report.note(step);
    });
    const { each, ...figures } = evaluation;
    report.result(flags.each ? evaluation : figures, () =>
      [words(report.terminal, evaluation), ...(flags.each ? ['', questions(report.terminal, each)] : [])].join('\n'),
    );
  } finally {
    await scratch.close();
  }
}

function collectionOf({ tei, queries, language }: EvaluateFlags, folder?: string): Promise<TestCollection> {
  if (tei === undefined) {
    if (folder === undefined)
      throw usage('no collection was named', 'folder', 'Name a folder, or volumes with --tei and --queries.');
    return readTestCollection(folder, language);
  }
  if (folder !== undefined) throw usage('two collections were named', '--tei');
  if (queries === undefined) throw usage('volumes need questions', '--queries');
  return readTeiCollection(tei, queries);
}

function words(terminal: Terminal, evaluation: Evaluation): string {
  const { collection, engine, queries, bm25, ratio, seconds, latency } = evaluation;
  const rows = [
    { name: engine, figures: evaluation },
    { name: 'plain BM25', figures: bm25 },
  ];
  const figure = (title: string, of: (figures: Figures) => number) => ({
    title,
    of: (row: (typeof rows)[number]) => of(row.figures).toFixed(3),
  });
  const columns = [
    { title: `${collection}, ${queries} questions`, of: (row: (typeof rows)[number]) => row.name },
    figure('nDCG@10', ({ ndcg10 }) => ndcg10),
    figure('recall@10', ({ recall10 }) => recall10),
    figure('recall@100', ({ recall100 }) => recall100),
    figure('MRR', ({ mrr }) => mrr),
  ];
  const times = `a question takes ${latency.median} ms, one in twenty more than ${latency.p95} ms; ${seconds} seconds in all`;
  return `${table(terminal, columns, rows, '')}\nnDCG@10 is ${ratio.toFixed(3)} of plain BM25\n${terminal.colours.dim(times)}`;
}

function questions(terminal: Terminal, each: readonly Placed[]): string {
  const place = (at: number | null): string => (at === null ? 'none in 100' : String(at));
  const columns = [
    { title: 'question', of: ({ id }: Placed) => id },
    { title: 'first right', of: (one: Placed) => place(one.place) },
    { title: 'BM25', of: ({ bm25 }: Placed) => place(bm25) },
    { title: 'words', of: ({ text }: Placed) => text },
  ];
  return table(terminal, columns, each, '');
}
