import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Client } from '#client';
import { CreateCollectionDocument, FileDocumentsDocument, GrantCollectionDocument, SearchDocument } from '#contracts';
import { canRead, genericMinistry } from '#policy';

import { filePapersThrough } from '../knowledge/filePapers.js';
import { importFiles } from '../knowledge/importFiles.js';
import { untilIndexed } from '../knowledgeIndex.js';
import { parseMarking, toLabelInput } from '../label.js';
import { plainPassage } from '../documentWords.js';
import { papersFolder } from './samples.js';
import type { Samples } from './samples.js';
import { playerOf } from './stage.js';
import type { Stage } from './stage.js';

/** Cleared for everything, and a planner: files the papers. */
const LIBRARIAN = 'director';
const COLLECTION = /^collection: "(.+)"$/mu;

/** A hit as somebody saw it. */
interface SeenHit {
  readonly title: string;
  readonly marking: string;
  readonly language: string;
  readonly passage: string;
}

/** What one person found for one query. */
export interface Answer {
  readonly key: string;
  readonly person: string;
  readonly clearance: string;
  readonly query: string;
  readonly hits: readonly SeenHit[];
  /** Hits that this person is not cleared for, judged here and not by the server. */
  readonly aboveClearance: number;
}

/** Files the sample papers, and the document with the planted word, which is not counted. */
export async function filePapers(stage: Stage, planted: Samples['planted']): Promise<number> {
  const { client } = playerOf(stage, LIBRARIAN);
  await client.catchUp();
  let filed = 0;
  for (const [name, files] of await papersByCollection()) {
    const collectionId = await openCollection(client, name);
    const target = { collectionId, papers: filePapersThrough(client) };
    const { outcomes } = await importFiles({ paths: files, policy: genericMinistry, target });
    filed += outcomes.created;
  }
  await plant(client, await openCollection(client, 'Notices'), planted);
  await untilIndexed(client);
  return filed;
}

/** The papers' files by the collection that each names in its front matter. */
async function papersByCollection(): Promise<Map<string, string[]>> {
  const entries = await readdir(papersFolder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const groups = new Map<string, string[]>();
  for (const file of files.toSorted()) {
    const name = COLLECTION.exec(await readFile(file, 'utf8'))?.[1] ?? 'Other papers';
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return groups;
}

/** A collection that every post may read: what a reader finds in it is then a matter of clearance alone. */
async function openCollection(client: Client, name: string): Promise<string> {
  const defaultLabel = toLabelInput(parseMarking('RESTRICTED', genericMinistry, 'label'));
  const { createCollection } = await client.execute(CreateCollectionDocument, { input: { name, defaultLabel } });
  const { id: collectionId } = createCollection;
  for (const { id } of await client.posts()) {
    await client.execute(GrantCollectionDocument, { input: { collectionId, access: 'READ', postId: id } });
  }
  return collectionId;
}

async function plant(client: Client, collectionId: string, { title, text: body }: Samples['planted']): Promise<void> {
  const label = toLabelInput(parseMarking('UNCLASSIFIED', genericMinistry, 'label'));
  const document = { sourceId: 'planted', kind: 'other', title, label, language: 'en', body };
  await client.execute(FileDocumentsDocument, { collectionId, documents: [document] });
}

/** Everybody asks every query, by the product's own search. */
export async function askAll(stage: Stage, keys: readonly string[], queries: readonly string[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const key of keys) {
    const { client } = playerOf(stage, key);
    await client.catchUp();
    for (const query of queries) answers.push(await ask(stage, key, query));
  }
  return answers;
}

async function ask(stage: Stage, key: string, query: string): Promise<Answer> {
  const { client, name: person, clearance } = playerOf(stage, key);
  const { search } = await client.execute(SearchDocument, { input: { query, first: 50 } });
  const held = parseMarking(clearance, genericMinistry, 'clearance');
  const hits = search.hits.map(({ document, passage }) => ({
    title: document.title,
    marking: document.label.marking,
    language: document.language,
    passage: plainPassage(passage).passage,
  }));
  const aboveClearance = search.hits.filter(
    ({ document }) => !canRead(held, document.label, genericMinistry, new Date()),
  ).length;
  return { key, person, clearance, query, hits, aboveClearance };
}
