import pg from 'pg';

import { hasCode, verifyAudit } from '#client';
import type { AuditReport } from '#client';
import { fromBase64, ready, toBase64 } from '#primitives';
import { AUDIT_START, auditHash, decodeAuditEntry, encodeAuditEntry } from '#transparency';
import type { AuditEntry } from '#transparency';

import { startMinistry } from '../../support/clients.js';
import type { ClientMinistry, TestClient } from '../../support/clients.js';

let ministry: ClientMinistry;
let officer: TestClient;
let anna: TestClient;
let log: string;
let lines: string[];

const audit = (): TestClient['client']['audit'] => officer.client.audit;

async function exported(): Promise<string[]> {
  const all: string[] = [];
  for await (const line of audit().export()) all.push(line);
  return all;
}

const judge = (given: readonly string[], givenLog = log): AuditReport =>
  verifyAudit(given.join('\n'), givenLog, { now: new Date() });
const problemsOf = (given: readonly string[]): string[] =>
  judge(given).problems.map(({ code, entry }) => `${code} ${String(entry)}`);

const read = (line: string): AuditEntry => decodeAuditEntry(fromBase64(JSON.parse(line) as string));

/** The same trail with one entry changed and every later one chained to it anew, as only the server could. */
function rewritten(at: number, change: (entry: AuditEntry) => AuditEntry): string[] {
  let prev: Uint8Array = AUDIT_START.hash;
  const entries = lines.slice(1).map((line) => {
    const entry = read(line);
    const payload = encodeAuditEntry({ ...(entry.seq === at ? change(entry) : entry), prev });
    prev = auditHash(payload);
    return JSON.stringify(toBase64(payload));
  });
  return [lines[0] ?? '', ...entries];
}

const seqOf = (wanted: (entry: AuditEntry) => boolean): number => {
  const entry = lines.slice(1).map(read).find(wanted);
  if (!entry) throw new Error('the trail has no such entry');
  return entry.seq;
};

const without = (entry: AuditEntry, field: keyof AuditEntry): AuditEntry =>
  Object.fromEntries(Object.entries(entry).filter(([name]) => name !== field)) as unknown as AuditEntry;

beforeAll(async () => {
  await ready();
  ministry = await startMinistry([{ name: 'Anna' }, { name: 'Boris', roles: ['MEMBER', 'PLANNER'] }]);
  ({ officer } = ministry);
  [anna] = ministry.staff as [TestClient];
  await officer.client.administration.assign(anna.personId, { roles: ['MEMBER', 'AUDITOR'] });
  await audit().seal();
  for (let login = 0; login < 2; login++) {
    anna = await ministry.reopen(anna);
    await anna.client.catchUp();
  }
  officer = await ministry.reopen(officer);
  await officer.client.administration.assign(anna.personId, { roles: ['MEMBER'] });
  lines = await exported();
  log = await officer.client.log.export();
});
afterAll(() => ministry.stop());

test('a whole trail verifies offline, with its signatures and the head that the log states', () => {
  const report = judge(lines);
  expect(report).toMatchObject({ entries: lines.length - 1, heads: 1, problems: [] });
  expect(report.signatures).toBeGreaterThan(4);
  expect(report.sealedUpTo).toBeGreaterThan(10);
  expect(report.sealedUpTo).toBeLessThan(report.entries);
});

test('a list of it names people by the verified directory', async () => {
  const [newest] = await audit().list({ kind: 'statement', limit: 1 });
  expect(newest).toMatchObject({ operation: 'assign', personName: officer.name, outcome: 'DONE', signed: true });
});

describe('behind the newest head that the log states, the verifier finds', () => {
  /** The file as somebody would have written it whose device has never seen the trail. */
  const unseen = (given: readonly string[]) => [JSON.stringify({ format: 'chancery audit v1' }), ...given.slice(1)];

  test('entries that were cut off, by what the exporting device has done and knows of the log', async () => {
    const { seen } = await audit().memory();
    const own = seen?.entry ?? 0;
    const { statement } = read(lines.at(-1) ?? '');
    expect(own).toBeGreaterThan(judge(lines).sealedUpTo);
    expect(problemsOf(lines.slice(0, own))).toEqual([
      `TRUNCATED ${String(own)}`,
      `STATEMENT_MISSING ${String(statement?.seq)}`,
    ]);
    expect(problemsOf(lines.slice(0, own + 1))).toEqual([`STATEMENT_MISSING ${String(statement?.seq)}`]);
  });

  test('entries that were cut off, by what another device has done, as it tells', async () => {
    const { seen } = await anna.client.audit.memory();
    if (!seen) throw new Error('the device has seen nothing');
    const judged = (given: readonly string[]) =>
      verifyAudit(given.join('\n'), log, { now: new Date(), seen: [seen] }).problems;
    expect(judged(unseen(lines.slice(0, seen.entry)))).toMatchObject([{ code: 'TRUNCATED', entry: seen.entry }]);
    expect(judged(lines)).toEqual([]);
  });

  test('whatever was changed before a login or act, by what its device had seen then', () => {
    const { sealedUpTo, seenUpTo, entries } = judge(unseen(lines));
    expect(seenUpTo).toBeGreaterThan(sealedUpTo);
    expect(seenUpTo).toBeLessThan(entries);
    const edited = rewritten(seenUpTo, (entry) => ({ ...entry, at: entry.at + 1 }));
    expect(problemsOf(unseen(edited))).toEqual([`REPLACED ${String(seenUpTo)}`]);
  });

  test('a trail that was cut and has grown anew, by the first that comes back to it', () => {
    const { seenUpTo } = judge(unseen(lines));
    const back = lines
      .slice(1)
      .map(read)
      .findLast(({ kind, device }) => kind === 'login' && device === anna.deviceId);
    const grown = rewritten(3, (entry) => ({ ...(back ?? entry), seq: 3 })).slice(0, 4);
    expect(problemsOf(unseen(grown))).toContain(`TRUNCATED ${String(seenUpTo)}`);
  });
});

describe('the verifier finds', () => {
  test('an entry that was edited', () => {
    const [, second = ''] = lines.slice(1);
    const edited = encodeAuditEntry({ ...read(second), outcome: 'FORBIDDEN' });
    expect(problemsOf(lines.with(2, JSON.stringify(toBase64(edited))))[0]).toBe('EDITED 2');
  });

  test('a file that is no exported trail', () => {
    const headers = [
      '',
      '{}',
      '[]',
      'null',
      JSON.stringify({ format: 'chancery audit v1', seen: [{ entry: 1, hash: '?' }] }),
    ];
    for (const header of headers)
      expect(() => judge(lines.with(0, header))).toThrow('This is no exported audit trail.');
  });

  test('entries that were left out, doubled or swapped', () => {
    expect(problemsOf(lines.toSpliced(4, 1))[0]).toBe('GAP 4');
    expect(problemsOf(lines.toSpliced(4, 0, lines[4] ?? ''))[0]).toBe('REORDERED 5');
    expect(problemsOf(lines.with(4, lines[5] ?? '').with(5, lines[4] ?? ''))[0]).toBe('GAP 4');
  });

  test('a trail that was cut behind', () => {
    const { sealedUpTo } = judge(lines);
    expect(problemsOf(lines.slice(0, sealedUpTo))).toContain(`TRUNCATED ${String(sealedUpTo)}`);
  });

  test('a trail that was written anew: the stated head no longer fits', () => {
    const { sealedUpTo } = judge(lines);
    const login = seqOf(({ kind }) => kind === 'login');
    const problems = problemsOf(rewritten(login, (entry) => ({ ...entry, outcome: 'FORBIDDEN' })));
    expect(problems).toContain(`REPLACED ${String(sealedUpTo)}`);
  });

  test('an act that nobody has signed, or another device, or for another operation', () => {
    const act = seqOf(({ kind, operation }) => kind === 'act' && operation === 'createInvitation');
    const unsigned = rewritten(act, (entry) => without(entry, 'signed'));
    expect(problemsOf(unsigned)).toContain(`UNSIGNED ${String(act)}`);
    const framed = rewritten(act, (entry) => ({ ...entry, device: anna.deviceId, person: anna.personId }));
    expect(problemsOf(framed)).toContain(`UNSIGNED ${String(act)}`);
    const other = rewritten(act, (entry) => ({ ...entry, operation: 'createPost' }));
    expect(problemsOf(other)).toContain(`UNSIGNED ${String(act)}`);
  });

  test('a statement that is told of otherwise than the log has it, or not at all', () => {
    const newest =
      lines.length - 1 - [...lines.slice(1)].reverse().findIndex((line) => read(line).operation === 'assign');
    const misnamed = rewritten(newest, (entry) => ({ ...entry, operation: 'revokePerson' }));
    expect(problemsOf(misnamed)).toContain(`STATEMENT_WRONG ${String(newest)}`);
    const hidden = seqOf(({ operation }) => operation === 'clear');
    const place = read(lines[hidden] ?? '').statement?.seq;
    const untold = rewritten(hidden, (entry) => ({ ...without(entry, 'statement'), kind: 'refusal' }));
    expect(problemsOf(untold)).toContain(`STATEMENT_MISSING ${String(place)}`);
  });
});

test('a server whose trail was restored from an old copy gets no head stated, and everybody who comes back is told', async () => {
  const database = new pg.Client({ connectionString: ministry.server.databaseUrl });
  await database.connect();
  const { rows } = await database.query<Record<string, unknown>>(
    'SELECT * FROM audit_entry WHERE seq > 12 ORDER BY seq',
  );
  await database.query('DELETE FROM audit_entry WHERE seq > 12');
  const refused: unknown = await audit()
    .seal()
    .catch((error: unknown) => error);
  expect(hasCode(refused, 'AUDIT_BROKEN')).toBe(true);
  await database.end();
  expect(rows.length).toBeGreaterThan(0);
  const restored = await exported();
  expect(judge(restored).problems.map(({ code }) => code)).toContain('TRUNCATED');
  const { seen: before } = await anna.client.audit.memory();
  anna = await ministry.reopen(anna);
  await anna.client.catchUp();
  const { seen, lost } = await anna.client.audit.memory();
  expect(lost).toEqual([before]);
  expect(seen?.entry).toBeGreaterThan(12);
  await anna.client.audit.dismissLosses();
  expect(await anna.client.audit.memory()).toEqual({ seen, lost: [] });
});
