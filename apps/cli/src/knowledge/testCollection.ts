import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { ChanceryError } from '#client';
import { documentInput } from '#ingest';
import type { PaperInput } from '#ingest';
import { genericMinistry } from '#policy';
import { detectLanguage, primaryLanguage } from '#text';
import type { Gains } from '#text';

import { Extractor } from '../extraction/extractor.js';
import { FileReader, findFiles } from './readFiles.js';

/** A question; its relevant documents are known by their source ids. */
export interface Question {
  readonly id: string;
  readonly text: string;
  readonly gains: Gains;
}

/** Documents, questions and judgments that relevance is measured with. */
export interface TestCollection {
  readonly name: string;
  readonly language: string;
  readonly documents: readonly PaperInput[];
  readonly questions: readonly Question[];
}

/** A title that holds no word: the API asks for one, and what a collection leaves out must not be made up. */
const NO_TITLE = '–';
const SAMPLE_DOCUMENTS = 50;
/** Relevance is measured, not clearance: whoever measures may read everything. */
const OPEN = { policy: genericMinistry.id, level: 'UNCLASSIFIED', categories: [] };

type Row = Readonly<Record<string, unknown>>;

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

function unreadable(path: string, reason: string): ChanceryError {
  return new ChanceryError('FILE_UNREADABLE', `${path} ${reason}`, { field: path });
}

async function jsonLines(path: string): Promise<Row[]> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/u);
  return lines.flatMap((line, at): Row[] => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as Row];
    } catch {
      throw unreadable(path, `is no JSON in line ${at + 1}`);
    }
  });
}

/** Rows of a table with tabs, without its header. */
async function tableRows(path: string): Promise<string[][]> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/u).filter((line) => line.trim() !== '');
  return lines.slice(1).map((line) => line.split('\t').map((cell) => cell.trim()));
}

/** Judgments: the first column is the question, the second the document, the third what it is worth (1 where it is missing). */
async function readJudgments(path: string): Promise<Map<string, Map<string, number>>> {
  const judgments = new Map<string, Map<string, number>>();
  for (const [question = '', document = '', gain] of await tableRows(path)) {
    const gains = judgments.get(question) ?? new Map<string, number>();
    const worth = gain === undefined || gain === '' ? 1 : Number(gain);
    if (Number.isNaN(worth)) throw unreadable(path, `has “${gain ?? ''}” where a number has to stand`);
    judgments.set(question, gains.set(document, worth));
  }
  return judgments;
}

/** The key of a document or question that the judgments use: of the names that a row may have, the one that they know. */
function keyOf(row: Row, names: readonly string[], known: ReadonlySet<string>): string {
  const keys = names.map((name) => text(row[name])).filter((key) => key !== '');
  return keys.find((key) => known.has(key)) ?? keys[0] ?? '';
}

function documentOf(row: Row, key: string, language: string): PaperInput {
  // the titles of a collection in several languages are those of its English edition
  const foreign = row['lang'] !== undefined && primaryLanguage(language) !== 'en';
  const title = foreign ? '' : text(row['title']).replaceAll('_', ' ').trim();
  return {
    sourceId: key,
    kind: 'article',
    title: title || NO_TITLE,
    language,
    dateText: '',
    body: text(row['text']),
    label: OPEN,
    topics: [],
    countries: [],
    handling: [],
    fields: [],
    persons: [],
    footnotes: [],
  };
}

/** The language that most of the first documents are in. */
function mostSpoken(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const row of rows.slice(0, SAMPLE_DOCUMENTS)) {
    const found = detectLanguage(text(row['text']));
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, left], [, right]) => right - left);
  return most?.[0] === undefined || most[0] === '' ? 'und' : most[0];
}

/** `docs.<language>.jsonl` where a language is asked for or the folder has only such files. */
async function fileNames(
  folder: string,
  language: string | undefined,
): Promise<{ docs: string; queries: string; language?: string }> {
  const names = await readdir(folder);
  if (language === undefined && names.includes('docs.jsonl')) return { docs: 'docs.jsonl', queries: 'queries.jsonl' };
  const languages = names.flatMap((name) => /^docs\.([\w-]+)\.jsonl$/u.exec(name)?.[1] ?? []);
  if (language !== undefined && languages.length === 0)
    return { docs: 'docs.jsonl', queries: 'queries.jsonl', language };
  const chosen = language ?? (languages.includes('en') ? 'en' : languages[0]);
  if (chosen === undefined || !languages.includes(chosen)) {
    throw new ChanceryError('USAGE', `${folder} has no documents in “${chosen ?? 'any language'}”`, {
      field: '--language',
      remedy:
        languages.length === 0
          ? 'It takes docs.jsonl, queries.jsonl and qrels.tsv.'
          : `It has ${languages.join(', ')}.`,
    });
  }
  return { docs: `docs.${chosen}.jsonl`, queries: `queries.${chosen}.jsonl`, language: chosen };
}

/**
 * Reads a folder with docs.jsonl, queries.jsonl and qrels.tsv, or with docs.<language>.jsonl and queries.<language>.jsonl;
 * documents are known by `id` or `para`, questions by `id` or `qid`, whichever the judgments use.
 * @throws ChanceryError FILE_UNREADABLE, USAGE
 */
export async function readTestCollection(folder: string, language?: string): Promise<TestCollection> {
  const names = await fileNames(folder, language);
  const judgments = await readJudgments(join(folder, 'qrels.tsv'));
  const judged = new Set([...judgments.values()].flatMap((gains) => [...gains.keys()]));
  const asked = new Set(judgments.keys());
  const rows = await jsonLines(join(folder, names.docs));
  const spoken = names.language ?? mostSpoken(rows);
  const documents = rows.map((row) => documentOf(row, keyOf(row, ['id', 'para', 'doc_id'], judged), spoken));
  const questions = (await jsonLines(join(folder, names.queries))).map((row): Question => {
    const id = keyOf(row, ['id', 'qid', 'query_id'], asked);
    return { id, text: text(row['text']), gains: judgments.get(id) ?? new Map<string, number>() };
  });
  return {
    name: basename(folder),
    language: spoken,
    documents,
    questions: questions.filter(({ gains }) => gains.size > 0),
  };
}

/** `qid`, `query`, `relevant_ids` (several with spaces, commas or semicolons between them). */
async function readKnownItems(path: string): Promise<Question[]> {
  const rows = await tableRows(path);
  return rows.map(([id = '', question = '', relevant = '']) => {
    const ids = relevant.split(/[\s,;]+/u).filter((one) => one !== '');
    return { id, text: question, gains: new Map(ids.map((one) => [one, 1])) };
  });
}

/**
 * Reads all TEI volumes of a folder, but not of the folders in it, and known-item questions about them.
 * @throws ChanceryError FILE_UNREADABLE
 */
export async function readTeiCollection(folder: string, queries: string): Promise<TestCollection> {
  const files = (await findFiles([folder])).filter(({ name }) => /^[^/]*\/?[^/]*\.xml$/u.test(name));
  if (files.length === 0) throw unreadable(folder, 'holds no TEI volume');
  const documents: PaperInput[] = [];
  const extractor = new Extractor();
  const reader = new FileReader(extractor, genericMinistry);
  try {
    for (const file of files) {
      for await (const { paper } of reader.read(file))
        if (paper !== undefined) documents.push({ ...documentInput(paper), label: OPEN });
    }
  } finally {
    extractor.close();
  }
  return { name: basename(folder), language: 'en', documents, questions: await readKnownItems(queries) };
}
