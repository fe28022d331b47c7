import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { PaperInput } from '#ingest';
import { Bm25 } from '#text';

import { buildCommand } from '../../../../test/support/commandLine.js';
import { evaluate, figuresOf } from './evaluate.js';
import type { EvaluationTarget } from './evaluate.js';
import { readTeiCollection, readTestCollection } from './testCollection.js';

/** A search to be measured that is BM25 itself: its figures have to be those of the yardstick. */
class Yardstick implements EvaluationTarget {
  readonly engine = 'bm25';
  private index: Bm25 | undefined;
  private papers: readonly PaperInput[] = [];

  file(documents: readonly PaperInput[]): Promise<void> {
    this.papers = documents;
    return Promise.resolve();
  }

  drain(): Promise<void> {
    this.index = new Bm25(this.papers[0]?.language ?? 'en');
    for (const { sourceId, title, body } of this.papers) this.index.add(sourceId, `${title}\n\n${body}`);
    return Promise.resolve();
  }

  search(question: string, limit: number): Promise<string[]> {
    return Promise.resolve((this.index?.search(question, limit) ?? []).map(({ id }) => id));
  }
}

describe('test collections', () => {
  // volumes are read by a process of its own, which is a compiled program
  beforeAll(buildCommand);

  let folder: string;
  const write = (name: string, ...lines: readonly (object | string)[]): Promise<void> =>
    writeFile(
      join(folder, name),
      `${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`,
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-evaluate-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('one language: graded judgments, whatever the columns are called', async () => {
    await write(
      'docs.jsonl',
      { id: '1', title: 'the wing', text: 'the flow over the wing' },
      { id: '2', title: '', text: 'heat in slabs' },
    );
    await write(
      'queries.jsonl',
      { id: '1', text: 'wing flow' },
      { id: '2', text: 'heat' },
      { id: '3', text: 'not judged' },
    );
    await write('qrels.tsv', 'topic\tpaper\trelevance\tcomment', '1\t1\t4\tx', '2\t2\t1\tx');
    const collection = await readTestCollection(folder);
    expect(collection).toMatchObject({ language: 'en' });
    expect(collection.questions).toEqual([
      { id: '1', text: 'wing flow', gains: new Map([['1', 4]]) },
      { id: '2', text: 'heat', gains: new Map([['2', 1]]) },
    ]);
    expect(collection.documents.map(({ sourceId, title }) => [sourceId, title])).toEqual([
      ['1', 'the wing'],
      ['2', '–'],
    ]);
  });

  test('several languages: ids shared through para and qid, English titles left out', async () => {
    const rows = (lang: string, text: string) => [
      { id: `${lang}:00-00`, para: '00-00', lang, title: 'English_title', text },
      { id: `${lang}:00-01`, para: '00-01', lang, title: 'English_title', text: '–' },
    ];
    await write('docs.vi.jsonl', ...rows('vi', 'Hiệp ước đã được ký kết.'));
    await write('docs.en.jsonl', ...rows('en', 'The treaty was signed.'));
    for (const lang of ['vi', 'en'])
      await write(`queries.${lang}.jsonl`, { id: `${lang}:q`, qid: 'q', lang, text: 'hiệp ước treaty' });
    await write('qrels.tsv', 'qid\tpara\tgain', 'q\t00-00\t1');
    const vietnamese = await readTestCollection(folder, 'vi');
    expect(vietnamese).toMatchObject({
      language: 'vi',
      documents: [{ sourceId: '00-00', title: '–', language: 'vi' }, {}],
    });
    expect(vietnamese.questions).toEqual([{ id: 'q', text: 'hiệp ước treaty', gains: new Map([['00-00', 1]]) }]);
    const english = await readTestCollection(folder);
    expect(english).toMatchObject({ language: 'en', documents: [{ title: 'English title' }, {}] });
    await expect(readTestCollection(folder, 'fr')).rejects.toMatchObject({ code: 'USAGE', field: '--language' });
  });

  test('TEI volumes with known-item questions, those of folders below left out', async () => {
    const tei = (id: string) =>
      `<TEI xml:id="${id}"><text><body><div type="document" xml:id="d1" n="1"><head>1. Letter</head><p>Skyhawks.</p></div></body></text></TEI>`;
    await write('one.xml', tei('one'));
    await write('two.xml', tei('two'));
    await write('queries.tsv', 'qid\tquery\trelevant_ids', 'a\tSkyhawks?\tone#d1, two#d1');
    const collection = await readTeiCollection(folder, join(folder, 'queries.tsv'));
    expect(collection.documents.map(({ sourceId }) => sourceId)).toEqual(['one#d1', 'two#d1']);
    expect([...(collection.questions[0]?.gains ?? [])]).toEqual([
      ['one#d1', 1],
      ['two#d1', 1],
    ]);
  });

  test('what is missing or broken is named', async () => {
    await expect(readTestCollection(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
    await write('docs.jsonl', { id: '1', text: 'a' }, '{broken');
    await write('queries.jsonl', { id: '1', text: 'a' });
    await write('qrels.tsv', 'q\td\tg', '1\t1\t1');
    await expect(readTestCollection(folder)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('line 2') as string,
    });
    await expect(readTeiCollection(folder, join(folder, 'q'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('an evaluation files, waits, asks, and sets plain BM25 beside it', async () => {
    await write(
      'docs.jsonl',
      ...['alpha beta', 'beta gamma gamma', 'delta'].map((text, at) => ({ id: String(at), text })),
    );
    await write(
      'queries.jsonl',
      { id: 'q1', text: 'gamma' },
      { id: 'q2', text: 'beta' },
      { id: 'q3', text: 'nothing' },
    );
    await write('qrels.tsv', 'q\td\tg', 'q1\t1\t1', 'q2\t1\t2', 'q3\t2\t1');
    const steps: string[] = [];
    const evaluation = await evaluate(await readTestCollection(folder, undefined), new Yardstick(), (step) =>
      steps.push(step),
    );
    expect(steps).toEqual(['filing 3 documents', 'waiting for the index', 'asking 3 questions']);
    const { ndcg10, recall10, recall100, mrr, bm25 } = evaluation;
    expect(evaluation).toMatchObject({ engine: 'bm25', queries: 3 });
    expect({ ndcg10, recall10, recall100, mrr }).toEqual(bm25);
    expect(evaluation.ratio).toBe(1);
    // first, second and not found: (1 + 1 / log2 3 + 0) / 3 and (1 + 1/2 + 0) / 3
    expect(bm25).toMatchObject({ ndcg10: 0.5436, recall10: 0.6667, mrr: 0.5 });
    expect(evaluation.each).toEqual([
      { id: 'q3', text: 'nothing', place: null, bm25: null },
      { id: 'q2', text: 'beta', place: 2, bm25: 2 },
      { id: 'q1', text: 'gamma', place: 1, bm25: 1 },
    ]);
  });

  test('figures of nothing are nothing', () => {
    expect(figuresOf([], [])).toEqual({ ndcg10: 0, recall10: 0, recall100: 0, mrr: 0 });
  });
});
