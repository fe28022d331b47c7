import { serverAudits } from 'graphql-http';
import type { Audit } from 'graphql-http';

import { listedDevices } from '../support/directory.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

/** Recommendations that do not hold, by the audit's id, with the reason. */
const CSRF = 'a GET that a foreign page can send without asking first is refused, so that it cannot forge requests';
const STATUS = 'a request that is refused before anything ran gets 400 for every media type, so that monitors see it';
const REASONS: Readonly<Record<string, string>> = {
  '5A70': CSRF,
  D6D5: CSRF,
  '6A70': CSRF,
  '572B': STATUS,
  FDE2: STATUS,
  '7B9B': STATUS,
};

describe('GraphQL over HTTP, as the audits of graphql-http check it', () => {
  let server: TestServer;
  const audits = serverAudits({ url: () => `${server.url}/graphql` });
  const failures: { audit: Audit; reason: string }[] = [];

  beforeAll(async () => {
    // one of the audits asks for a type by name, which only development allows
    server = await startServer({ environment: { CHANCERY_INTROSPECTION: 'on' }, features: [listedDevices().module] });
  });
  afterAll(() => server.stop());

  const must = audits.filter((audit) => audit.name.startsWith('MUST'));
  const rest = audits.filter((audit) => !audit.name.startsWith('MUST'));

  test.each(must.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    expect(reasonOf(await audit.fn())).toBeUndefined();
  });

  test('every SHOULD and MAY that does not hold has a reason', async () => {
    for (const audit of rest) {
      const reason = reasonOf(await audit.fn());
      if (reason !== undefined) failures.push({ audit, reason });
    }
    const lines = failures.map(({ audit, reason }) => `${audit.id} ${audit.name}: ${REASONS[audit.id] ?? reason}`);
    const held = rest.length - failures.length;
    process.stdout.write(`graphql-http: ${String(must.length)} MUST hold; ${String(held)} of ${String(rest.length)} `);
    process.stdout.write(`SHOULD and MAY hold${lines.map((line) => `\n  not ${line}`).join('')}\n`);
    expect(failures.map(({ audit }) => audit.id)).toEqual(Object.keys(REASONS));
  });
});

function reasonOf(result: Awaited<ReturnType<Audit['fn']>>): string | undefined {
  return result.status === 'ok' ? undefined : result.reason;
}
