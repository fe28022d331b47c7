import { Injectable, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';

import { FEATURES } from '../../apps/api/src/app.module.js';
import { Jobs, JobsModule } from '../../apps/api/src/platform/jobs/index.js';
import { startMinistry } from '../support/clients.js';
import type { ClientMinistry, TestClient } from '../support/clients.js';
import { buildCommand } from '../support/commandLine.js';
import { codeOf, json, run } from '../support/commandOf.js';
import { sql } from '../support/ministry.js';
import { until } from '../support/until.js';

const [KIND, OTHER] = ['tested.once', 'tested.twice'];
const done: string[] = [];

/** Kinds of work of the test's own. */
@Injectable()
class Probe implements OnModuleInit {
  constructor(private readonly jobs: Jobs) {}

  onModuleInit(): void {
    for (const kind of [KIND, OTHER])
      this.jobs.register(kind, (subject) => {
        done.push(`${kind} ${subject}`);
        return Promise.resolve();
      });
  }
}

@Module({ imports: [JobsModule], providers: [Probe] })
class ProbeModule {}

let ministry: ClientMinistry;
let officer: TestClient;
let member: TestClient;

const SUBJECT = '019a5c2e-8f00-7abc-8def-0123456789ab';

async function giveUp(kind: string, subject: string, code: string): Promise<void> {
  await sql(
    ministry.server,
    "INSERT INTO job (kind, subject, due_at, state, attempts, code) VALUES ($1, $2, now(), 'REFUSED', 16, $3)",
    [kind, subject, code],
  );
}

beforeAll(async () => {
  buildCommand();
  ministry = await startMinistry([{ name: 'Mia Member', level: 'SECRET' }], { features: [...FEATURES, ProbeModule] });
  ({ officer } = ministry);
  [member] = ministry.staff as [TestClient];
  for (const { client } of [officer, member]) await client.close();
});
afterAll(() => ministry.stop());

describe('work that was given up', () => {
  test('is nothing at first', async () => {
    expect(await json(officer, 'jobs', 'list')).toEqual([]);
  });

  test('is listed by kind and last failure, never by what it is about or how often; for those who keep the house', async () => {
    for (const subject of [SUBJECT, 'another']) await giveUp(KIND, subject, 'LABEL_UNKNOWN');
    await giveUp(OTHER, 'a third', '57014');
    expect(await json(officer, 'jobs', 'list')).toEqual([
      { kind: KIND, code: 'LABEL_UNKNOWN' },
      { kind: OTHER, code: '57014' },
    ]);
    const words = await run(officer, 'jobs', 'list');
    expect(words.out).toContain(KIND);
    expect(words.out + words.err).not.toContain(SUBJECT);
    expect(codeOf(await run(member, 'jobs', 'list', '--json'))).toBe('FORBIDDEN');
  });

  test('is tried again by kind, and by code, by those who keep the house; the audit trail tells who asked', async () => {
    expect(codeOf(await run(member, 'jobs', 'retry', KIND, '--json'))).toBe('FORBIDDEN');
    expect(codeOf(await run(officer, 'jobs', 'retry', KIND, '--code', 'ANOTHER', '--json'))).toBe('NOT_FOUND');
    expect(codeOf(await run(officer, 'jobs', 'retry', 'unknown', '--json'))).toBe('NOT_FOUND');
    expect(done).toEqual([]);
    expect(await json(officer, 'jobs', 'retry', KIND, '--code', 'LABEL_UNKNOWN')).toEqual([
      { kind: KIND, code: 'LABEL_UNKNOWN', retried: true },
    ]);
    await until(() => Promise.resolve(done.length === 2));
    expect([...done].sort()).toEqual([`${KIND} ${SUBJECT}`, `${KIND} another`]);
    expect(await json(officer, 'jobs', 'list')).toEqual([{ kind: OTHER, code: '57014' }]);
    const [entry] = await json(officer, 'audit', 'list', '--kind', 'act', '--limit', '1');
    expect(entry).toMatchObject({ operation: 'retryJobs', outcome: 'DONE', personName: officer.name, about: [KIND] });
  });
});
