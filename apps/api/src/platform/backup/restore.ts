import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

import { storeBlob } from '../blobs/index.js';
import { migrate } from '../database/index.js';
import { columnList, isEmpty, tablesOf } from './catalog.js';
import { damaged } from './frames.js';
import type { FileHead, Head, TableHead } from './frames.js';
import { inUse } from './place.js';
import type { Place } from './place.js';
import { readBackup } from './read.js';
import type { Receiver } from './read.js';
import { connect } from './session.js';
import type { Progress } from './write.js';

/**
 * Brings a backup into a place that holds nothing: the tables as they were when it was made, all in one transaction, then blobs and keys. The
 * server that is started there makes the search index and goes through the migrations that have come since.
 * Throws PLACE_IN_USE, DATABASE_NEWER, BACKUP_DAMAGED.
 */
export async function restoreBackup(
  pieces: AsyncIterable<Uint8Array>,
  place: Place,
  tell: (progress: Progress) => void,
): Promise<Head & Progress> {
  const client = await connect(place.databaseUrl);
  try {
    if (!(await isEmpty(client))) throw inUse('tables in the database');
    const restoration = new Restoration(client, place);
    const done = await readBackup(pieces, restoration, tell);
    await restoration.finish();
    return done;
  } finally {
    await client.end();
  }
}

class Restoration implements Receiver {
  private expected = new Map<string, TableHead>();
  private counters: TableHead[] = [];

  constructor(
    private readonly client: pg.Client,
    private readonly place: Place,
  ) {}

  async head({ migrations }: Head): Promise<void> {
    await migrate(this.place.databaseUrl, migrations);
    await this.client.query('BEGIN');
    const tables = await tablesOf(this.client);
    this.expected = new Map(tables.map((table) => [table.name, table]));
    // what the migrations have put there is in the backup as well
    await this.client.query(`TRUNCATE ${tables.map(({ name }) => `"${name}"`).join(', ')}`);
  }

  async table(table: TableHead, rows: AsyncIterable<Buffer>): Promise<void> {
    const known = this.expected.get(table.name);
    const isSame = known?.columns.toSorted().join() === table.columns.toSorted().join();
    if (!isSame) throw damaged('its tables are not those of its version');
    this.expected.delete(table.name);
    if (table.counter) this.counters.push(table);
    const into = this.client.query(copyFrom(`COPY "${table.name}" (${columnList(table)}) FROM STDIN`));
    await pipeline(Readable.from(rows, { objectMode: false }), into);
  }

  async file({ path }: FileHead, bytes: AsyncIterable<Buffer>): Promise<void> {
    const { blobs, keysFile } = this.place;
    if (path !== 'keys') return storeBlob(blobs, path.slice('blobs/'.length), bytes);
    await mkdir(dirname(keysFile), { recursive: true, mode: 0o700 });
    await pipeline(
      Readable.from(bytes, { objectMode: false }),
      createWriteStream(keysFile, { flags: 'wx', mode: 0o600, flush: true }),
    );
  }

  /** Everything was there: only now it counts. */
  async finish(): Promise<void> {
    if (this.expected.size > 0) throw damaged('tables are missing in it');
    for (const { name, counter } of this.counters) {
      if (!counter) continue;
      await this.client.query('SELECT setval(pg_get_serial_sequence($1, $2), $3)', [
        `"${name}"`,
        counter.column,
        counter.last,
      ]);
    }
    await this.client.query('COMMIT');
  }
}
