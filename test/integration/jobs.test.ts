import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Injectable, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';

import { FEATURES } from '../../apps/api/src/app.module.js';
import { Jobs, JobsModule } from '../../apps/api/src/platform/jobs/index.js';
import { Refusal } from '../../apps/api/src/platform/refusal.js';
import { Library } from '../support/library.js';
import { createDatabase } from '../support/postgres.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { startServerProcess } from '../support/serverProcess.js';
import { sql } from '../support/ministry.js';

const KIND = 'tested';
const PAST = new Date(0);
const FUTURE = new Date('2999-01-01T00:00:00Z');
/** Bound of waiting, so that a failure ends. */
const PATIENCE_MS = 30_000;

/** What the jobs of the test do beside writing a row, by subject. */
const work = new Map<string, (database: DataSource) => Promise<void>>();
const instances: Probe[] = [];

/** One a server: jobs of a kind of its own, each of which writes a row that says which instance has done it. */
@Injectable()
class Probe implements OnModuleInit {
  readonly name = String(instances.push(this));

  constructor(
    readonly jobs: Jobs,
    readonly database: DataSource,
  ) {}

  onModuleInit(): void {
    this.jobs.register(KIND, async (subject, manager) => {
      await manager.query('INSERT INTO done (subject, instance, backend) VALUES ($1, $2, pg_backend_pid())', [
        subject,
        this.name,
      ]);
      await work.get(subject.split(' ')[0] ?? '')?.(this.database);
      if (subject === 'again and later') {
        await this.jobs.schedule(manager, { kind: KIND, subject, due: FUTURE });
      }
    });
  }

  async schedule(due: Date, ...subjects: readonly string[]): Promise<void> {
    await this.database.transaction((manager) =>
      this.jobs.schedule(manager, ...subjects.map((subject) => ({ kind: KIND, subject, due }))),
    );
  }
}

@Module({ imports: [JobsModule], providers: [Probe] })
class ProbeModule {}

interface JobRow {
  readonly state: string;
  readonly attempts: number;
  readonly code: string | null;
  readonly waits: boolean;
}

let servers: readonly TestServer[];
let first: Probe;
let second: Probe;

beforeAll(async () => {
  const one = await startServer({ features: [...FEATURES, ProbeModule] });
  await sql(one, 'CREATE TABLE done (subject text, instance text, backend integer)');
  const environment = { DATABASE_URL: one.databaseUrl };
  servers = [await startServer({ features: [...FEATURES, ProbeModule], environment }), one];
  [first, second] = instances as [Probe, Probe];
});
afterAll(async () => {
  for (const server of servers) await server.stop();
});

const done = async (prefix: string): Promise<string[]> => {
  const query = "SELECT subject FROM done WHERE subject LIKE $1 || '%' ORDER BY subject";
  return (await first.database.query<{ subject: string }[]>(query, [prefix])).map(({ subject }) => subject);
};
const row = async (subject: string): Promise<JobRow | undefined> => {
  const query = 'SELECT state, attempts, code, due_at > now() AS waits FROM job WHERE kind = $1 AND subject = $2';
  const [found] = await first.database.query<JobRow[]>(query, [KIND, subject]);
  return found;
};

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it does not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a job', () => {
  test('of many is done once, though two instances look at the same moment', async () => {
    const subjects = Array.from({ length: 60 }, (_, index) => `many ${String(index).padStart(2, '0')}`);
    await first.schedule(PAST, ...subjects);
    await Promise.all([first.jobs.runDue(), second.jobs.runDue()]);
    expect(await done('many')).toEqual(subjects);
  });

  test('is done by the workers alone, when it is due and not before', async () => {
    await first.schedule(FUTURE, 'later');
    await first.schedule(PAST, 'now');
    await first.jobs.wake();
    await until(async () => (await done('now')).length === 1);
    expect(await done('later')).toEqual([]);
    await first.schedule(PAST, 'later');
    await until(async () => (await done('later')).length === 1);
  });

  test('that is scheduled twice is one; taken back, it is none; in a transaction that failed, it never was', async () => {
    await first.schedule(FUTURE, 'twice', 'taken back');
    await second.schedule(PAST, 'twice');
    await first.jobs.cancel(first.database.manager, KIND, 'taken back');
    await first.database
      .transaction(async (manager) => {
        await first.jobs.schedule(manager, { kind: KIND, subject: 'undone', due: PAST });
        throw new Error('on purpose');
      })
      .catch(() => undefined);
    await first.jobs.runDue();
    await until(async () => (await row('twice')) === undefined);
    expect(await done('t')).toEqual(['twice']);
    expect(await row('taken back')).toBeUndefined();
    expect(await done('undone')).toEqual([]);
  });

  test('may schedule itself anew while it is done', async () => {
    await first.schedule(PAST, 'again and later');
    await first.jobs.runDue();
    await until(async () => (await done('again')).length === 1);
    expect(await row('again and later')).toMatchObject({ state: 'WAITING', attempts: 0, waits: true });
  });

  test('whose instance dies in the middle leaves nothing behind, and is done by another, once', async () => {
    const backends: number[] = [];
    work.set('dies', async (database) => {
      if (backends.length > 0) return;
      const [other] = await database.query<{ pid: number }[]>(
        "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE 'INSERT INTO done%'",
      );
      backends.push(other?.pid ?? 0);
      // what the end of a process does to its connection
      await database.query('SELECT pg_terminate_backend($1)', [other?.pid]);
    });
    await first.schedule(PAST, 'dies');
    await until(async () => (await done('dies')).length > 0 && (await row('dies')) === undefined);
    expect(backends).not.toEqual([0]);
    const rows = await first.database.query<{ backend: number }[]>("SELECT backend FROM done WHERE subject = 'dies'");
    expect(rows).toHaveLength(1);
    expect(rows[0]?.backend).not.toBe(backends[0]);
  });

  test('that fails leaves nothing behind, is tried again later and later, and ends refused with its code', async () => {
    work.set('fails', () => Promise.reject(new Refusal('LABEL_UNKNOWN', 'on purpose')));
    await first.schedule(PAST, 'fails');
    const pauses: number[] = [];
    for (let attempts = 1; attempts <= 16; attempts++) {
      await first.jobs.runDue();
      await until(async () => (await row('fails'))?.attempts === attempts);
      expect(await row('fails')).toMatchObject({ code: 'LABEL_UNKNOWN', waits: true });
      const [due] = await first.database.query<{ pause: number }[]>(
        "SELECT extract(epoch FROM due_at - now())::float AS pause FROM job WHERE subject = 'fails'",
      );
      pauses.push(due?.pause ?? 0);
      await first.database.query("UPDATE job SET due_at = to_timestamp(0) WHERE subject = 'fails'");
    }
    expect(pauses.at(11)).toBeGreaterThan(1000);
    expect(await row('fails')).toMatchObject({ state: 'REFUSED', attempts: 16 });
    await first.jobs.runDue();
    expect(await done('fails')).toEqual([]);
    work.delete('fails');
    await first.schedule(PAST, 'fails');
    await first.jobs.runDue();
    await until(async () => (await done('fails')).length === 1);
  });

  test('that fails keeps no other from being done', async () => {
    work.set('stuck', () => Promise.reject(new Error('on purpose')));
    await first.schedule(PAST, 'stuck', 'then this');
    await first.jobs.runDue();
    await until(async () => (await done('then')).length === 1);
    expect(await row('stuck')).toMatchObject({ state: 'WAITING', code: 'INTERNAL' });
  });
});

describe('a server that is killed in the middle of a job', () => {
  test('has done nothing of it; the next one does it, once, with its notice and its line in the audit trail', async () => {
    const database = await createDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'chancery-jobs-'));
    const given = { DATABASE_URL: database.url };
    const owner = new pg.Client({ connectionString: database.url });
    const count = async (query: string) => (await owner.query<{ count: number }>(query)).rows[0]?.count;
    const notices = () => count('SELECT count(*)::integer AS count FROM notice');
    const reviewed = "position(convert_to('reviewDue', 'UTF8') in payload) > 0";
    const lines = () => count(`SELECT count(*)::integer AS count FROM audit_entry WHERE ${reviewed}`);
    const waiting = () => count("SELECT count(*)::integer AS count FROM job WHERE kind = 'dates.review'");
    try {
      const library = await Library.open(given);
      await owner.connect();
      const person = await library.person({ cleared: 'SECRET' });
      const collectionId = await library.collection(person);
      const [filed] = await library.file(person, collectionId, { title: 'Fishing rights', body: 'The bay is open.' });
      const input = { documentId: filed?.documentId, reviewOn: '2999-01-01' };
      const set =
        'mutation SetDocumentDates($input: DocumentDatesInput!) { setDocumentDates(input: $input) { reviewOn } }';
      await person.get('setDocumentDates', set, { input });
      await library.close();

      await owner.query("UPDATE document_dates SET review_on = '2000-01-01'");
      await owner.query("UPDATE job SET due_at = to_timestamp(0) WHERE kind = 'dates.review'");
      // the job gives its notice, and then waits for the audit trail
      await owner.query('BEGIN');
      await owner.query('LOCK TABLE audit_entry IN EXCLUSIVE MODE');
      const places = { databaseUrl: database.url, dataFolder: folder, logFile: join(folder, 'log') };
      const server = await startServerProcess(places);
      const stuck =
        "SELECT count(*)::integer AS count FROM pg_locks WHERE NOT granted AND relation = 'audit_entry'::regclass";
      await until(async () => (await count(stuck)) === 1);
      await server.kill();
      expect([await notices(), await waiting()]).toEqual([0, 1]);
      await owner.query('ROLLBACK');

      const next = await Library.open(given);
      await until(async () => (await waiting()) === 0);
      await next.close();
      expect([await notices(), await lines()]).toEqual([1, 1]);
    } finally {
      await owner.end();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
