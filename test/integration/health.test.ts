import { listedDevices } from '../support/directory.js';
import { ask } from '../support/graphql.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

describe('what the operator sees', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ features: [listedDevices().module] });
  });
  afterAll(() => server.stop());

  test('a server that runs says so', async () => {
    const answer = await fetch(`${server.url}/health/live`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('a server whose database and pub/sub answer is ready', async () => {
    const answer = await fetch(`${server.url}/health/ready`);
    const body: unknown = await answer.json();
    expect([answer.status, body]).toEqual([200, { status: 'ok', parts: { database: 'ok', pubsub: 'ok' } }]);
  });

  test('requests, event loop and connections are counted by field and code, without anything that a client made up', async () => {
    await ask(server, 'query CanaryOperation { canaryAlias: ping }');
    await ask(server, '{ canaryField }');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('chancery_graphql_request_seconds_count{operation="query",field="ping"} 1');
    expect(metrics).toContain('chancery_graphql_errors_total{field="invalid",code="BAD_INPUT"} 1');
    expect(metrics).toMatch(/^chancery_event_loop_lag_p99_seconds [0-9.]+$/m);
    expect(metrics).toMatch(/^chancery_database_connections [1-9]/m);
    expect(metrics).toMatch(/^chancery_sockets 0$/m);
    expect(metrics.toLowerCase()).not.toContain('canary');
  });
});

test('a server that cannot reach its search engine is alive but not ready', async () => {
  const environment = { MEILISEARCH_URL: 'http://127.0.0.1:9', MEILISEARCH_KEY: 'unused' };
  const server = await startServer({ environment, features: [listedDevices().module] });
  try {
    const answer = await fetch(`${server.url}/health/ready`);
    const body: unknown = await answer.json();
    const parts = { database: 'ok', pubsub: 'ok', search: 'failed' };
    expect([answer.status, body]).toEqual([503, { status: 'failed', parts }]);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  } finally {
    await server.stop();
  }
});
