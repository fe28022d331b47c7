import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import pg from 'pg';

import type { Client, ConversationView, MessageView } from '#client';
import { openClient } from '#client/node';

import type { TestClient } from './clients.js';
import { createDatabase } from './postgres.js';
import type { TestDatabase } from './postgres.js';
import { startServer } from './server.js';
import type { TestServer } from './server.js';

const fixture = join(import.meta.dirname, '..', 'fixtures', 'firstVersion');

/** What the first version showed of a message; what it did not know of is absent. */
interface FrozenMessage {
  readonly id: string;
  readonly seq?: number;
  readonly kind: string;
  readonly text: string;
  readonly sender: string;
  readonly precedence: string;
  readonly marking: string;
  readonly sentAt: string;
  readonly state: string;
  readonly inReplyTo?: string;
  readonly replaces?: string;
}

export interface FrozenConversation {
  readonly id: string;
  readonly name: string;
  readonly marking: string;
  readonly epoch: number;
  readonly state: string;
  readonly unread: number;
  readonly cursor: number;
  readonly members: readonly string[];
  readonly messages: readonly FrozenMessage[];
}

/** Whose vaults were kept. Elif waits for the officer to complete her enrolment, and has seen nothing yet. */
export type Keeper = 'officer' | 'ana' | 'bakhtiyor' | 'chen' | 'dina' | 'elif';

/** What the first version said on its last day, see test/fixtures/firstVersion/README.md. */
export interface Story {
  readonly passphrase: string;
  readonly frozenAt: string;
  readonly collectionId: string;
  readonly documentId: string;
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly devices: Readonly<Record<Exclude<Keeper, 'elif'>, { personId: string; deviceId: string; name: string }>>;
  readonly elif: { readonly personId: string; readonly deviceId: string; readonly invitationId: string };
  readonly invitation: { readonly id: string; readonly personId: string; readonly link: string };
  readonly conversations: Readonly<Record<'corridor' | 'port' | 'quota', string>>;
  readonly receipts: readonly { readonly personName: string; readonly kind: string; readonly upTo: number }[];
  /** By name of the person, as each device showed them. */
  readonly views: Readonly<Record<string, readonly FrozenConversation[]>>;
}

export const story = JSON.parse(readFileSync(join(fixture, 'story.json'), 'utf8')) as Story;

/** The folder of a kept vault, to be copied: nothing may write there. */
export const keptVault = (keeper: Keeper): string => join(fixture, 'vaults', keeper);

/** A database as the first version left it, with a clock that is so many milliseconds behind. */
export async function firstVersionDatabase(behind = 0): Promise<TestDatabase> {
  const database = await createDatabase();
  const sql = gunzipSync(readFileSync(join(fixture, 'database.sql.gz'))).toString('utf8');
  await withDatabase(database.url, async (client) => {
    await client.query(sql);
    await client.query(clockBehind(behind));
  });
  return database;
}

/** The database's own functions come second from the next connection on, and in what columns are by default at once. */
const clockBehind = (milliseconds: number): string => `
  ${['now', 'clock_timestamp']
    .map(
      (name) => `CREATE FUNCTION ${name}() RETURNS timestamptz LANGUAGE sql VOLATILE
        AS $$ SELECT pg_catalog.${name}() - interval '${String(milliseconds)} milliseconds' $$;`,
    )
    .join('\n')}
  DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_default = 'now()'
    LOOP EXECUTE format('ALTER TABLE %I ALTER %I SET DEFAULT public.now()', c.table_name, c.column_name); END LOOP;
  END $$;
  DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$;`;

/** How many rows each table has. */
export async function countRows(url: string): Promise<Record<string, number>> {
  return withDatabase(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int AS count FROM "${name}"`);
      counts[name] = rows[0]?.count ?? 0;
    }
    return counts;
  });
}

/** Works on a database behind the server's back. */
export async function withDatabase<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The server of today on the data of the first version, and today's clients on its vaults. */
export class UpgradedMinistry {
  private readonly clients: Client[] = [];

  private constructor(
    readonly server: TestServer,
    private readonly database: TestDatabase,
    private readonly folder: string,
  ) {}

  static async start(database: TestDatabase): Promise<UpgradedMinistry> {
    const folder = await mkdtemp(join(tmpdir(), 'chancery-upgrade-'));
    await cp(join(fixture, 'vaults'), folder, { recursive: true });
    const server = await startServer({ environment: { DATABASE_URL: database.url } });
    return new UpgradedMinistry(server, database, folder);
  }

  /** A folder of this ministry, for vaults and files. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Opens a kept vault. */
  async open(keeper: Keeper): Promise<TestClient> {
    const folder = this.path(keeper);
    const client = await openClient({ folder, passphrase: story.passphrase, server: this.server.url });
    this.clients.push(client);
    const { personId, deviceId, personName: name } = await client.whoami();
    return { name, personId, deviceId, folder, client };
  }

  /** Closes it at the end. */
  keep(client: Client): Client {
    this.clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) await client.close();
    await this.server.stop();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The conversations of a device in the form of `Story.views`. */
export async function viewsOf(client: Client): Promise<FrozenConversation[]> {
  const conversations = await client.conversations();
  return Promise.all(
    conversations.map(async (conversation) => {
      const { messages } = await client.messages(conversation.id, { limit: 500 });
      return viewOf(conversation, messages);
    }),
  );
}

function viewOf(conversation: ConversationView, messages: readonly MessageView[]): FrozenConversation {
  const { id, name, marking, epoch, state, unread, cursor, members } = conversation;
  const names = members.map(({ personName }) => personName).sort();
  return { id, name, marking, epoch, state, unread, cursor, members: names, messages: messages.map(frozen) };
}

function frozen(message: MessageView): FrozenMessage {
  const { id, seq, kind, text, senderName: sender, precedence, marking, sentAt, state } = message;
  const { inReplyTo, replaces } = message;
  return {
    ...{ id, kind, text, sender, precedence, marking, sentAt, state },
    ...(seq === undefined ? {} : { seq }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(replaces === undefined ? {} : { replaces }),
  };
}
