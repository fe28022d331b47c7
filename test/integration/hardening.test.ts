import { request as httpRequest } from 'node:http';

import { makeDevice, signIn } from '../support/devices.js';
import { listedDevices } from '../support/directory.js';
import { ask, codesOf } from '../support/graphql.js';
import type { ClientAnswer } from '../support/graphql.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { TestSocket } from '../support/sockets.js';

const { directory, module } = listedDevices();
const sockets: TestSocket[] = [];
let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startServer({ features: [module], environment: { CHANCERY_LIMIT_BODY_BYTES: '100000' } });
  const device = makeDevice();
  directory.add(device);
  token = await signIn(server, device);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(() => server.stop());

/** A socket that the server has acknowledged. */
async function connect(at = server, headers: Record<string, string> = {}): Promise<TestSocket> {
  const socket = new TestSocket(at, 'graphql-transport-ws', headers);
  sockets.push(socket);
  await socket.authenticate(token);
  expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
  return socket;
}

const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');
const nested = (levels: number, leaf = 'name'): string =>
  levels === 0 ? leaf : `inner { ${nested(levels - 1, leaf)} }`;

/** Operations that ask for too much; the body is the same for a query and for a subscription. */
const BOMBS: Readonly<Record<string, string>> = {
  'too many levels': `{ thing { ${nested(40)} } }`,
  'levels hidden in fragments': `{ thing { ...A } } ${repeat(30, (i) => `fragment ${chain(i)} on Thing { inner { ...${chain(i + 1)} } }`)} fragment ${chain(30)} on Thing { name }`,
  'fragments that double at every level': `{ thing { ...A } } ${repeat(14, (i) => `fragment ${chain(i)} on Thing { a: inner { ...${chain(i + 1)} } b: inner { ...${chain(i + 1)} } }`)} fragment ${chain(14)} on Thing { name }`,
  'fragments in a circle':
    '{ thing { ...A } } fragment A on Thing { inner { ...B } } fragment B on Thing { inner { ...A } }',
  'too many aliases': `{ ${repeat(40, (i) => `a${String(i)}: ping`)} }`,
  'too many directives': `{ ping ${repeat(40, () => '@include(if: true)')} }`,
  'too many tokens': `{ ${repeat(2000, () => 'ping')} }`,
};

function chain(index: number): string {
  return String.fromCharCode(65 + (index % 26)) + (index >= 26 ? String(Math.trunc(index / 26)) : '');
}

describe('operations that ask for too much', () => {
  test.each(Object.keys(BOMBS))('over HTTP: %s', async (name) => {
    const startedAt = performance.now();
    const answer = await ask(server, BOMBS[name] ?? '', {}, token);
    expect(answer.data).toBeNull();
    expect(answer.status).toBe(400);
    expect(['QUERY_REFUSED', 'BAD_INPUT']).toContain(codesOf(answer)[0]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test.each(Object.keys(BOMBS))('over a socket: %s', async (name) => {
    const socket = await connect();
    socket.subscribe(BOMBS[name] ?? '');
    const message = await socket.next();
    expect(message).toMatchObject({ type: 'error', id: '1' });
    const [error] = message.payload as ClientAnswer['errors'];
    expect(['QUERY_REFUSED', 'BAD_INPUT']).toContain(error?.extensions.code);
  });

  test('an operation that costs too much is refused with both numbers', async () => {
    const costly = `{ ${repeat(14, (i) => `a${String(i)}: thing { ${nested(8, 'name '.repeat(30))} }`)} }`;
    const answer = await ask(server, costly);
    expect(answer.errors[0]).toMatchObject({
      message: expect.stringMatching(/^Query Cost limit of 5000 exceeded, found \d/) as string,
      extensions: { code: 'QUERY_REFUSED' },
    });
  });

  test('several operations in one HTTP request are refused', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify([{ query: '{ ping }' }, { query: '{ ping }' }]);
    const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_INPUT' } }] },
    ]);
  });

  test('a body that is too large is refused with the limit', async () => {
    const answer = await ask(server, `{ ping } # ${'x'.repeat(100_000)}`);
    expect([answer.status, answer.errors[0]]).toMatchObject([
      413,
      { message: 'a request may have 100000 bytes', extensions: { code: 'TOO_LARGE' } },
    ]);
  });
});

describe('what the schema keeps to itself', () => {
  const questions = ['{ __schema { types { name } } }', '{ __type(name: "Thing") { fields { name } } }'];

  test.each(questions)('over HTTP: %s', async (query) => {
    expect(codesOf(await ask(server, query, {}, token))).toContain('BAD_INPUT');
  });

  test.each(questions)('over a socket: %s', async (query) => {
    const socket = await connect();
    socket.subscribe(query);
    expect(await socket.next()).toMatchObject({ type: 'error' });
  });

  test('the name of a type may be asked for, since clients need it', async () => {
    expect((await ask(server, '{ thing { __typename } }')).data).toEqual({ thing: { __typename: 'Thing' } });
  });

  test('a wrong field is named, and no right one is suggested', async () => {
    const [error] = (await ask(server, '{ pinh }')).errors;
    expect(error).toMatchObject({
      message: 'Cannot query field "pinh" on type "Query".',
      extensions: { code: 'BAD_INPUT' },
    });
  });

  test('development may ask', async () => {
    const open = await startServer({ features: [listedDevices().module], environment: { NODE_ENV: 'development' } });
    const answer = await ask(open, '{ __type(name: "Thing") { name } }');
    await open.stop();
    expect(answer.data).toEqual({ __type: { name: 'Thing' } });
  });
});

describe('input', () => {
  const echo = 'query ($input: ThingInput!) { echo(input: $input) { bytes at } }';
  const send = (input: Record<string, unknown>) => ask(server, echo, { input });

  test('bytes and instants come back as they were sent', async () => {
    const input = { bytes: '+/8=', at: '2026-11-21T10:00:00.000Z' };
    expect((await send(input)).data).toEqual({ echo: input });
  });

  test.each(['_-8=', '+/8', '+/8=\n', '+/9=', 'a', ' ', 7, null])(
    'bytes that are not strict base64 are refused: %j',
    async (bytes) => {
      const [error] = (await send({ bytes })).errors;
      const code = bytes === null ? 'BAD_INPUT' : 'BAD_BASE64';
      expect(error?.extensions).toMatchObject({ code, field: 'input.bytes' });
      expect(error?.message).not.toContain('canary');
    },
  );

  test.each(['2026-11-21', '2026-02-30T10:00:00Z', '2026-11-21T10:00:00+05:00', 'canary', 1_700_000_000])(
    'what is not an instant in UTC is refused: %j',
    async (at) => {
      const [error] = (await send({ bytes: '', at })).errors;
      expect(error?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.at' });
      expect(error?.message).not.toContain('canary');
    },
  );

  test('a value of a wrong type is named by field, and not repeated', async () => {
    const [error] = (await send({ bytes: '', count: 'canary' })).errors;
    expect(error?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.count' });
    expect(JSON.stringify(error)).not.toContain('canary');
  });

  test('an unknown field of an input is named', async () => {
    const [error] = (await send({ bytes: '', byte: 1 })).errors;
    expect(error).toMatchObject({
      message: 'Field "byte" is not defined by type "ThingInput".',
      extensions: { code: 'BAD_INPUT', field: 'input' },
    });
  });

  test('an unknown enum value is refused', async () => {
    const answer = await ask(server, 'mutation ($r: Role!) { setRole(personId: "x", role: $r) }', { r: 'MINISTER' });
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'r' });
  });

  test('what goes wrong inside is not told: a request id is', async () => {
    const [error] = (await ask(server, '{ fail }')).errors;
    expect(error).toMatchObject({ message: 'something went wrong on the server', extensions: { code: 'INTERNAL' } });
    expect(error?.extensions.requestId).toMatch(/^[0-9a-f-]+-[0-9a-z]+$/);
    expect(JSON.stringify(error)).not.toContain('canary');
  });
});

describe('requests that a foreign page could forge', () => {
  const post = (type: string | undefined, body: string) =>
    fetch(`${server.url}/graphql`, { method: 'POST', body, ...(type && { headers: { 'content-type': type } }) });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', undefined])(
    'a POST of type %s is refused',
    async (type) => {
      const answer = await post(type, JSON.stringify({ query: '{ ping }' }));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(await answer.text()).not.toContain('pong');
    },
  );

  test('a GET is refused, and a mutation by GET even where a page has asked first', async () => {
    const url = (query: string) => `${server.url}/graphql?query=${encodeURIComponent(query)}`;
    expect((await fetch(url('{ ping }'))).status).toBe(400);
    const mutation = await fetch(url('mutation { say(word: "forged") }'), {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(mutation.status).toBe(405);
  });

  test('no other origin is allowed in, over HTTP and over a socket', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const preflight = await fetch(`${server.url}/graphql`, { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    const socket = new TestSocket(server, 'graphql-transport-ws', { origin: 'https://evil.example' });
    expect((await socket.closed).code).toBe(1006);
  });

  test('headers forbid framing, sniffing, referrers and everything that a page could load', async () => {
    const { headers } = await fetch(`${server.url}/health/live`);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    );
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('a socket', () => {
  test.each(['{ ping }', 'mutation { say(word: "over a socket") }'])('takes no %s', async (query) => {
    const socket = await connect();
    socket.subscribe(query);
    const message = await socket.next();
    expect(message.payload).toMatchObject([{ extensions: { code: 'QUERY_REFUSED' } }]);
  });

  test('that speaks another protocol is closed', async () => {
    const socket = new TestSocket(server, 'graphql-ws');
    expect([1006, 4406]).toContain((await socket.closed).code);
  });

  test('is closed when it asks before it has presented itself', async () => {
    const socket = await new TestSocket(server).open();
    socket.subscribe('subscription { words }');
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });

  test('is closed when a message is not JSON, too large, or one of very many', async () => {
    const garbage = await connect();
    garbage.send('{');
    const large = await connect();
    large.send({ type: 'ping', payload: { filler: 'x'.repeat(70_000) } });
    const flood = await connect();
    for (let i = 0; i < 400; i++) flood.send({ type: 'ping' });
    const codes = await Promise.all([garbage, large, flood].map(async ({ closed }) => (await closed).code));
    expect(codes).toEqual([4400, 1009, 4429]);
  });

  test('holds a bounded number of subscriptions', async () => {
    const socket = await connect();
    for (let i = 1; i <= 9; i++) socket.subscribe('subscription { words }', String(i));
    expect(await socket.next()).toMatchObject({ type: 'error', id: '9' });
  });

  test('at another path is refused', async () => {
    const socket = new TestSocket({ url: `${server.url}/other` });
    expect((await socket.closed).code).toBe(1006);
  });
});

describe('limits of how often', () => {
  const environment = {
    CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '5',
    CHANCERY_LIMIT_DEVICE_PER_MINUTE: '3',
    CHANCERY_LIMIT_SOCKETS_PER_ADDRESS: '2',
    CHANCERY_TRUSTED_PROXIES: '127.0.0.0/8',
  };
  let strict: TestServer;
  const devices = listedDevices();

  beforeAll(async () => {
    strict = await startServer({ features: [devices.module], environment });
  });
  afterAll(() => strict.stop());

  /** Asks as the client behind a trusted proxy. */
  function askFrom(address: string, query: string, bearer?: string): Promise<ClientAnswer> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'x-forwarded-for': address,
        ...(bearer && { authorization: `Bearer ${bearer}` }),
      };
      const request = httpRequest(`${strict.url}/graphql`, { method: 'POST', headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          const { data = null, errors = [] } = JSON.parse(text) as Partial<ClientAnswer>;
          resolve({ status: response.statusCode ?? 0, data, errors });
        });
      });
      request.once('error', reject);
      request.end(JSON.stringify({ query }));
    });
  }

  test('an address without a session may ask so often, every operation counts, and is told how long to wait', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 5; i++) codes.push(...codesOf(await askFrom('192.0.2.1', '{ ping }')));
    expect(codes).toEqual([]);
    const [error] = (await askFrom('192.0.2.1', '{ ping }')).errors;
    expect(error?.extensions.code).toBe('RATE_LIMITED');
    expect(error?.message).toMatch(/^too many requests; try again in \d+ seconds$/);
    expect(codesOf(await askFrom('192.0.2.2', '{ ping }'))).toEqual([]);
  });

  test('aliases do not get around it', async () => {
    const codes = codesOf(await askFrom('192.0.2.3', '{ a: ping b: ping c: ping d: ping e: ping f: ping }'));
    expect(codes).toEqual(['RATE_LIMITED']);
  });

  test('whoever tries tokens is stopped', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 6; i++) codes.push(...codesOf(await askFrom('192.0.2.4', '{ whoami }', String(i).repeat(43))));
    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'UNAUTHENTICATED'), 'RATE_LIMITED']);
  });

  test('a device may ask so often, from wherever it asks', async () => {
    const device = makeDevice();
    devices.directory.add(device);
    const bearer = await signInFrom(device);
    const codes: string[] = [];
    for (let i = 0; i < 4; i++)
      codes.push(...codesOf(await askFrom(`192.0.2.${String(10 + i)}`, '{ whoami }', bearer)));
    expect(codes).toEqual(['RATE_LIMITED']);
  });

  const signInFrom = (device: ReturnType<typeof makeDevice>) => signIn(strict, device);

  test('an address may hold so many sockets', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.20' };
    const open = () => new TestSocket(strict, 'graphql-transport-ws', headers);
    const [first, second] = [await open().open(), await open().open()];
    expect((await open().closed).code).toBe(1006);
    first.close();
    await first.closed;
    const third = await open().open();
    for (const socket of [second, third]) socket.close();
  });
});
