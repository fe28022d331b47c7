import type { ClientMinistry, TestClient } from './clients.js';
import { startHostileMinistry } from './hostileServer.js';
import type { HostileServer } from './hostileServer.js';

/** Two people, and between them a server that lies on command. */
export interface HostilePair {
  readonly ministry: ClientMinistry;
  readonly hostile: HostileServer;
  readonly aziza: TestClient;
  readonly bruno: TestClient;
}

/** For a whole test file: the pair is there before the first test, and the server is honest again after each. */
export function withHostilePair(take: (pair: HostilePair) => void): void {
  let pair: HostilePair;
  beforeAll(async () => {
    const started = await startHostileMinistry([{ name: 'Aziza Karimova' }, { name: 'Bruno Quispe' }]);
    const [aziza, bruno] = started.ministry.staff as [TestClient, TestClient];
    for (const { client } of [aziza, bruno]) await client.catchUp();
    pair = { ...started, aziza, bruno };
    take(pair);
  }, 60_000);
  afterEach(() => {
    pair.hostile.honest();
  });
  afterAll(() => pair.ministry.stop());
}
