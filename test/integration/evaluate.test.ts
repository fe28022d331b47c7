import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { evaluate } from '../../apps/cli/src/knowledge/evaluate.js';
import type { EvaluationTarget } from '../../apps/cli/src/knowledge/evaluate.js';
import { readTestCollection } from '../../apps/cli/src/knowledge/testCollection.js';
import { Library } from '../support/library.js';

const SUBJECTS = [
  'transit corridor',
  'fisheries quota',
  'visa regime',
  'river basin',
  'consular access',
  'air services',
];

const line = (row: object): string => JSON.stringify(row);

/** Sixty small papers, six questions; each question's papers are the ten on its subject, the first of them the best. */
async function writeCollection(folder: string): Promise<void> {
  const documents = Array.from({ length: 60 }, (_, at) => {
    const subject = SUBJECTS[at % SUBJECTS.length] ?? '';
    const words = at < SUBJECTS.length ? `${subject} ${subject} ${subject}` : subject;
    return line({
      id: String(at),
      title: '',
      text: `The delegations discussed the ${words} in meeting number ${at} of the commission.`,
    });
  });
  const queries = SUBJECTS.map((text, at) => line({ id: `q${at}`, text: `What was said about the ${text}?` }));
  const judgments = documents.map((_, at) => `q${at % SUBJECTS.length}\t${at}\t${at < SUBJECTS.length ? 4 : 1}`);
  await writeFile(join(folder, 'docs.jsonl'), documents.join('\n'));
  await writeFile(join(folder, 'queries.jsonl'), queries.join('\n'));
  await writeFile(join(folder, 'qrels.tsv'), ['query_id\tdoc_id\tgain', ...judgments].join('\n'));
}

async function targetOf(library: Library): Promise<EvaluationTarget> {
  const person = await library.person({ cleared: 'UNCLASSIFIED' });
  const collectionId = await library.collection(person, {
    defaultLabel: { policy: 'generic-ministry', level: 'UNCLASSIFIED' },
  });
  const query = 'query ($input: SearchInput!) { search(input: $input) { hits { document { sourceId } } } }';
  return {
    engine: 'postgres',
    file: async (documents) => {
      await library.file(person, collectionId, ...documents.map((paper) => ({ ...paper })));
    },
    drain: () => library.indexed(person),
    search: async (question, first) => {
      const input = { query: question, first };
      const { hits } = await person.get<{ hits: { document: { sourceId: string } }[] }>('search', query, { input });
      return hits.map(({ document }) => document.sourceId);
    },
  };
}

test('a collection filed into the real server is measured through its own search', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-evaluate-'));
  const library = await Library.open();
  try {
    await writeCollection(folder);
    const evaluation = await evaluate(await readTestCollection(folder), await targetOf(library));
    expect(evaluation).toMatchObject({ engine: 'postgres', queries: 6, recall10: 1, mrr: 1 });
    expect(evaluation.ndcg10).toBeGreaterThan(0.9);
    expect(evaluation.bm25).toEqual({ ndcg10: 1, recall10: 1, recall100: 1, mrr: 1 });
    expect(evaluation.ratio).toBe(evaluation.ndcg10);
    expect(evaluation.latency.p95).toBeGreaterThanOrEqual(evaluation.latency.median);
    expect(evaluation.seconds).toBeGreaterThan(0);
  } finally {
    await library.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
