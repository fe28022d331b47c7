import pg from 'pg';

import { PUT_RECEIPTS } from '../../apps/api/src/delivery/receipts/receipts.service.js';
import { PUT_STANDS } from '../../apps/api/src/delivery/receipts/stands.service.js';
import { labelText, TestMember } from '../support/delivery.js';
import { FOUNDING_TOKEN, TestMinistry } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { until } from '../support/until.js';

const WAITING =
  "SELECT count(*)::integer AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
/** Bytes that stand for a hash or a signature: nobody verifies them here. */
const SOME = Buffer.alloc(32);

/**
 * A bad line brings a request twice, and PostgreSQL may go through its rows in the order of a table the one time and in that of an index the
 * other, when it has learnt more of the tables meanwhile. Found by `CHANCERY_SEED=771120261 CHANCERY_SOAK_MESSAGES=100000 npm run soak`.
 */
describe('two copies of one request that are carried out in different ways', () => {
  let server: TestServer;
  let deviceId: string;
  /** Of groups with the same member, the greatest first: as they lie in the table. */
  const groupIds: string[] = [];
  let holder: pg.Client;
  let watcher: pg.Client;
  let byTable: pg.Client;
  let byIndex: pg.Client;

  beforeAll(async () => {
    server = await startServer({ environment: { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN } });
    const ministry = await TestMinistry.found(server);
    const person = await ministry.enrol({});
    ({ deviceId } = person);
    for (const [least, end] of [
      ['a', 'g'],
      ['5', 'a'],
      ['0', '5'],
    ] as const) {
      const stay = new TestMember(ministry, person);
      do stay.startGroup(labelText('RESTRICTED'));
      while (stay.groupId < least || stay.groupId >= end);
      await stay.createGroup();
      for (const text of ['a', 'b']) await stay.say(text);
      groupIds.push(stay.groupId);
    }
    const connect = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: server.databaseUrl });
      await client.connect();
      return client;
    };
    [holder, watcher, byTable, byIndex] = await Promise.all([connect(), connect(), connect(), connect()]);
    for (const way of ['nestloop', 'mergejoin']) await byTable.query(`SET enable_${way} TO off`);
    for (const way of ['hashjoin', 'mergejoin']) await byIndex.query(`SET enable_${way} TO off`);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([holder, watcher, byTable, byIndex].map((client) => client.end()));
    await server.stop();
  });

  const ofEach = <Value>(value: Value): Value[] => groupIds.map(() => value);
  const receipts = (place: number) => [ofEach('DELIVERED'), ofEach(place), ofEach(SOME), new Date()];
  const stands = (place: number) => [ofEach(place), ofEach(SOME), ofEach(new Date(place)), ofEach(SOME)];

  test.each([
    { what: 'receipts', table: 'receipt', text: PUT_RECEIPTS.text, given: receipts },
    { what: 'stands', table: 'stand', text: PUT_STANDS.text, given: stands },
  ])('do not wait for each other in a circle: $what', async ({ table, text, given }) => {
    const put = async (client: pg.Client, place: number): Promise<unknown> =>
      (await client.query(text, [deviceId, groupIds, ...given(place)])).rows[0];
    expect(await put(watcher, 1)).toEqual({ given: 3, moved: 3 });
    await holder.query('BEGIN');
    await holder.query(`SELECT 1 FROM ${table} WHERE group_id = $1 FOR UPDATE`, [groupIds[1]]);
    const both = Promise.all([put(byTable, 2), put(byIndex, 2)]);
    both.catch(() => undefined);
    await until(async () => (await watcher.query<{ count: number }>(WAITING)).rows[0]?.count === 2);
    await holder.query('COMMIT');
    expect(await both).toEqual(expect.arrayContaining([{ given: 3, moved: 3 }]));
  });
});
