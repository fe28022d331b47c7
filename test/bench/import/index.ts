import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import pg from 'pg';

import { foundMinistry } from '#client/node';
import { CreateCollectionDocument } from '#contracts';
import { canonicalPolicy, genericMinistry } from '#policy';

import { startEmbedded } from '../../../apps/api/src/platform/database/index.js';
import { newId } from '../../../apps/cli/src/id.js';
import { parseMarking } from '../../../apps/cli/src/label.js';
import { FOUNDING_TOKEN } from '../../support/ministry.js';
import { reportFigures, timed } from '../figures.js';
import { Worker } from '../process.js';
import type { Memory } from '../process.js';
import { round } from '../table.js';
import { Corpus } from '../search/corpus.js';
import { importOnce } from './command.js';

const SEED = 20_261_123;
const FULL = 100_000;
const FILES_OF_FOLDER = 200;
const PASSPHRASE = 'a long import of many papers';
const POLL_MS = 200;

const ENVIRONMENT = {
  CHANCERY_PORT: '0',
  CHANCERY_LOG_LEVEL: 'error',
  CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN,
  CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '100000000',
  CHANCERY_LIMIT_DEVICE_PER_MINUTE: '100000000',
};

/**
 * Imports a folder of `--documents` files by the command itself: ended with SIGKILL half-way, begun again, and run once more over what is
 * there. Server, PostgreSQL with default durability and command share one machine.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { documents: { type: 'string', default: String(FULL) }, json: { type: 'boolean', default: false } },
  });
  const documents = Number(values.documents);
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbedded({ dataFolder: folder });
  try {
    const papers = join(folder, 'papers');
    await writePapers(papers, documents);
    const environment = { ...ENVIRONMENT, DATABASE_URL: postgres.url(), CHANCERY_DATA_FOLDER: join(folder, 'api') };
    const api = await Worker.start(join(import.meta.dirname, '..', 'api', 'apiServer.js'), { environment });
    try {
      const figures = await measure({ api, folder, papers, databaseUrl: postgres.url() }, documents);
      reportFigures(`${documents.toLocaleString('en')} files into a collection`, figures, values.json);
    } finally {
      await api.stop();
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writePapers(folder: string, documents: number): Promise<void> {
  const corpus = await Corpus.read(SEED);
  for (let at = 0; at < documents; at += 1) {
    const place = join(folder, String(Math.floor(at / FILES_OF_FOLDER)).padStart(4, '0'));
    if (at % FILES_OF_FOLDER === 0) await mkdir(place, { recursive: true });
    const { title, date, kind, body } = corpus.paper(at);
    const name = join(place, `paper-${String(at).padStart(6, '0')}`);
    if (at % 2 === 0) await writeFile(`${name}.txt`, `${title}\n\n${body}\n`);
    else await writeFile(`${name}.md`, `---\nkind: ${kind}\ndate: ${date}\n---\n# ${title}\n\n${body}\n`);
  }
}

interface Stage {
  readonly api: Worker;
  readonly folder: string;
  readonly papers: string;
  readonly databaseUrl: string;
}

async function measure({ api, folder, papers, databaseUrl }: Stage, documents: number) {
  const vault = join(folder, 'vault');
  await found(vault, await api.call('start'));
  const watch = watchMemory(api);
  const command = { papers, vault, passphrase: PASSPHRASE };
  try {
    const half = await importOnce({ ...command, killAfter: Math.floor(documents / 2) });
    const rest = await importOnce(command);
    const [indexSeconds] = await timed(() => indexed(databaseUrl));
    const again = await importOnce(command);
    const seconds = half.seconds + rest.seconds;
    return {
      documents,
      killedAfter: half.documents,
      createdInTheSecondRun: rest.created,
      unchangedInTheSecondRun: rest.unchanged,
      documentsPerSecond: Math.round(documents / seconds),
      importSeconds: round(seconds),
      secondsUntilTheIndexHasAll: indexSeconds,
      againSeconds: again.seconds,
      againUnchanged: again.unchanged,
      commandMiB: Math.max(rest.mebibytes, again.mebibytes),
      serverMiB: Math.round(watch.most()),
    } satisfies Record<string, number>;
  } finally {
    watch.stop();
  }
}

/** A ministry with a collection; the vault is closed again, for the command to open. */
async function found(folder: string, server: string): Promise<void> {
  const postId = newId();
  const clearance = parseMarking('SECRET', genericMinistry, 'clearance');
  const { client } = await foundMinistry({
    folder,
    passphrase: PASSPHRASE,
    memoryMiB: 64,
    passes: 1,
    server,
    foundingToken: FOUNDING_TOKEN,
    ministryName: 'Ministry of Foreign Affairs',
    policy: canonicalPolicy(genericMinistry),
    posts: [{ id: postId, name: 'Archive', kind: 'DEPARTMENT', timeZone: 'UTC' }],
    officer: { personName: 'Archivist', postId, deviceName: 'Desk', clearance },
  });
  const defaultLabel = { policy: genericMinistry.id, level: 'RESTRICTED', categories: [] };
  await client.execute(CreateCollectionDocument, { input: { name: 'Bulk', defaultLabel } });
  await client.close();
}

async function indexed(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const waiting = async (): Promise<boolean> =>
    (await client.query('SELECT 1 FROM index_outbox LIMIT 1')).rows.length > 0;
  while (await waiting()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  await client.end();
}

/** The most resident memory that the server had, in MiB. */
function watchMemory(api: Worker): { most(): number; stop(): void } {
  let most = 0;
  const look = (): void => {
    void api.call<Memory>('memory').then(
      ({ rss }) => (most = Math.max(most, rss)),
      () => undefined, // it is being stopped
    );
  };
  const timer = setInterval(look, POLL_MS);
  return {
    most: () => most,
    stop: () => {
      clearInterval(timer);
    },
  };
}
