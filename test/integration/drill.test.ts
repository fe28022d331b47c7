import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chanceryHere } from '../support/commandLine.js';
import type { Ran } from '../support/commandLine.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-drill-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const errorOf = ({ err }: Ran) => (JSON.parse(err) as { error: { code: string } }).error;
const verify = (file: string) => chanceryHere(['drill', 'verify', file, '--json']);

test('a mission is evacuated by two officers; the report of it verifies, and no changed one does', async () => {
  const file = join(folder, 'report.json');
  const size = ['--devices', '12', '--groups', '10'];
  const ran = await chanceryHere(['drill', 'evacuate', '--mission', 'muscat', ...size, '--out', file, '--json']);
  expect(ran).toMatchObject({ code: 0, err: '' });
  const said = JSON.parse(ran.out) as { refusals: unknown[]; lastRefusalMs: number; lastEpochMs: number };
  expect(said).toMatchObject({ mission: 'Embassy in Muscat', devices: 12, groups: 10 });
  expect(said.refusals).toHaveLength(3);
  const verified = JSON.parse((await verify(file)).out) as object;
  expect(verified).toMatchObject({ lastEpochMs: said.lastEpochMs, signer: { personName: 'Officer' } });

  const report = JSON.parse(await readFile(file, 'utf8')) as Record<'body' | 'log' | 'kind', string>;
  const body = JSON.parse(report.body) as Record<string, unknown>;
  const log = JSON.parse(report.log) as { statements: string[] };
  const changes = [
    { ...report, body: JSON.stringify({ ...body, lastEpochMs: 1 }) },
    { ...report, log: JSON.stringify({ ...log, statements: log.statements.slice(0, -1) }) },
    { ...report, kind: 'another kind' },
  ];
  const codes: string[] = [];
  for (const change of changes) {
    const other = join(folder, 'changed.json');
    await writeFile(other, JSON.stringify(change));
    codes.push(errorOf(await verify(other)).code);
  }
  expect(codes).toEqual(['REPORT_INVALID', 'LOG_FORKED', 'BAD_INPUT']);
}, 240_000);

test('a mission that the ministry does not have is named, with those that it has', async () => {
  const ran = await chanceryHere(['drill', 'evacuate', '--mission', 'atlantis', '--json']);
  expect(errorOf(ran)).toMatchObject({ code: 'USAGE', field: '--mission' });
});
