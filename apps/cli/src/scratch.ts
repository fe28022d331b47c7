import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { Client } from '#client';
import { foundMinistry } from '#client/node';
import { CreateCollectionDocument, SearchDocument } from '#contracts';
import { canonicalPolicy, genericMinistry } from '#policy';

import { makeFolder, removeFolder } from './folder.js';
import type { Folder } from './folder.js';
import { newId } from './id.js';
import type { EvaluationTarget } from './knowledge/evaluate.js';
import { filePapersThrough } from './knowledge/filePapers.js';
import { untilIndexed } from './knowledgeIndex.js';
import { parseMarking, toLabelInput } from './label.js';
import { startMeilisearch, startOpenServer } from './server.js';
import type { OpenServer } from './server.js';
import type { Engine } from './values.js';

/** A server of its own for one measurement, with one person who files and asks; `close` removes every trace of it. */
export interface Scratch extends EvaluationTarget {
  close(): Promise<void>;
}

/** Everybody who measures sits at one address and asks as quickly as the server answers. */
const LIMITS = { CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '1000000', CHANCERY_LIMIT_DEVICE_PER_MINUTE: '1000000' };
const FILE_AT_ONCE = 50;
/** Signs that the search reads as operators; a question of a test collection means none of them. */
const OPERATORS = /["“”«»:]|(?<=^|\s)-/gu;

export async function openScratch(engine: Engine): Promise<Scratch> {
  const folder = await makeFolder('evaluate');
  const closers: (() => Promise<void>)[] = [() => removeFolder(folder)];
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    const meilisearch = engine === 'meilisearch' ? await startMeilisearch() : undefined;
    if (meilisearch) closers.push(() => meilisearch.close());
    const token = randomBytes(32).toString('base64url');
    const environment = { CHANCERY_PORT: '0', CHANCERY_FOUNDING_TOKEN: token, CHANCERY_LOG_LEVEL: 'silent', ...LIMITS };
    const server = await startOpenServer(join(folder.path, 'server'), { ...environment, ...meilisearch?.environment });
    closers.push(() => server.close());
    const client = await foundScratch(folder, server, token);
    closers.push(() => client.close());
    return { ...(await targetOf(client, engine)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function foundScratch({ path }: Folder, server: OpenServer, foundingToken: string): Promise<Client> {
  const postId = newId();
  const clearance = parseMarking('UNCLASSIFIED', genericMinistry, 'clearance');
  const { client } = await foundMinistry({
    folder: join(path, 'vault'),
    passphrase: randomBytes(16).toString('base64url'),
    memoryMiB: 64,
    passes: 1,
    server: server.url,
    foundingToken,
    ministryName: 'Measurement',
    policy: canonicalPolicy(genericMinistry),
    posts: [{ id: postId, name: 'Measurement', kind: 'DEPARTMENT', timeZone: 'UTC' }],
    officer: { personName: 'Measurement', postId, deviceName: 'Measurement', clearance },
  });
  return client;
}

async function targetOf(client: Client, engine: Engine): Promise<EvaluationTarget> {
  const defaultLabel = toLabelInput(parseMarking('UNCLASSIFIED', genericMinistry, 'label'));
  const { createCollection } = await client.execute(CreateCollectionDocument, {
    input: { name: 'Papers', defaultLabel },
  });
  const papers = filePapersThrough(client);
  return {
    engine,
    file: async (documents) => {
      for (let at = 0; at < documents.length; at += FILE_AT_ONCE) {
        const filed = await papers.file(createCollection.id, documents.slice(at, at + FILE_AT_ONCE));
        const refused = filed.find(({ outcome }) => outcome === 'refused');
        if (refused?.outcome === 'refused')
          throw new Error(`a document was refused: ${refused.code}, ${refused.reason}`);
      }
    },
    drain: () => untilIndexed(client),
    search: async (question, first) => {
      const query = question.replaceAll(OPERATORS, ' ');
      const { search } = await client.execute(SearchDocument, { input: { query, first } });
      return search.hits.map(({ document }) => document.sourceId ?? '');
    },
  };
}
