/**
 * The real server behind a proxy that lies on command. Clients reach it by the proxy's address alone, which is also the
 * origin that they sign, so that they can't tell it from an honest one:
 *
 *   const { ministry, hostile } = await startHostileMinistry([{ name: 'Ada' }]);
 *   const stop = hostile.lie('Envelopes', async ({ deviceId, ask }) => {
 *     if (deviceId !== ada.deviceId) return undefined;           // nothing returned: the honest answer
 *     const answer = await ask();                                // what the real server says, to be changed
 *     return { data: { envelopes: { ...answer.data?.['envelopes'], lastSeq: 0 } } };
 *   });
 *   hostile.lieInHints((hint, deviceId) => (deviceId === ada.deviceId ? undefined : hint));      // undefined: dropped
 *   hostile.lieOverHttp(async ({ path }, pass) => (path.startsWith('/blobs/') ? { ...(await pass()), body: … } : undefined));
 *   stop();                                                      // honest again; `honest()` ends every lie
 *
 * `real` is the server behind it (its database, its data folder with its keys: whatever an intruder there has).
 */
import type { HintsSubscription } from '#contracts';

import { startMinistry } from './clients.js';
import type { ClientMinistry, MinistryOverrides, StaffMember } from './clients.js';
import { LocalProxy } from './localProxy.js';
import type { Pass, ProxyAnswer, ProxyRequest } from './localProxy.js';
import { startServer } from './server.js';
import type { ServerOverrides, TestServer } from './server.js';

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly unknown[];
}

/** One GraphQL operation on its way to the real server. */
export interface Exchange {
  /** Name of the operation as it stands in operations.graphql. */
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whose session it is; undefined for operations without one. */
  readonly deviceId: string | undefined;
  /** Asks the real server, with the same variables or others, in the name of the same device. */
  readonly ask: (variables?: Readonly<Record<string, unknown>>) => Promise<Answer>;
}

export type Lie = (exchange: Exchange) => Promise<Answer | undefined> | Answer | undefined;
export type Hint = HintsSubscription['hints'];
export type HintLie = (hint: Hint, deviceId: string | undefined) => Hint | undefined;

/** A lie about requests beside GraphQL, for instance of an attachment. */
export type HttpLie = (request: ProxyRequest, pass: () => Promise<ProxyAnswer>) => Promise<ProxyAnswer | undefined>;

export interface HostileServer extends TestServer {
  readonly real: TestServer;
  /** Lies about one operation; the newest lie that returns anything counts. Returns the function that ends it. */
  lie(operation: string, lie: Lie): () => void;
  lieInHints(lie: HintLie): () => void;
  lieOverHttp(lie: HttpLie): () => void;
  /** Ends all lies. */
  honest(): void;
}

/** A ministry whose clients reach its server through the proxy; `ministry.stop` ends everything. */
export async function startHostileMinistry(
  people: readonly StaffMember[],
  overrides: MinistryOverrides = {},
): Promise<{ ministry: ClientMinistry; hostile: HostileServer }> {
  const started: { hostile?: HostileServer } = {};
  const start = async (given: ServerOverrides): Promise<TestServer> =>
    (started.hostile = await startHostileServer(given));
  const ministry = await startMinistry(people, overrides, start);
  if (!started.hostile) throw new Error('the hostile server did not start');
  return { ministry, hostile: started.hostile };
}

/** Starts proxy and server; `stop` ends both. */
export async function startHostileServer(overrides: ServerOverrides = {}): Promise<HostileServer> {
  const proxy = new Proxy();
  await proxy.listen();
  const environment = { ...overrides.environment, CHANCERY_ORIGIN: proxy.url };
  const real = await startServer({ ...overrides, environment }).catch(async (error: unknown) => {
    await proxy.close();
    throw error;
  });
  proxy.target = real.port;
  const stop = async (): Promise<void> => {
    await proxy.close();
    await real.stop();
  };
  return {
    ...real,
    real,
    url: proxy.url,
    port: proxy.port,
    stop,
    lie: (operation, lie) => proxy.lies.add({ operation, lie }),
    lieInHints: (lie) => proxy.hintLies.add(lie),
    lieOverHttp: (lie) => proxy.httpLies.add(lie),
    honest: () => {
      proxy.honest();
    },
  };
}

/** What is told untruly, the newest first. */
class Lies<Kind> {
  private all: Kind[] = [];

  add(lie: Kind): () => void {
    this.all = [lie, ...this.all];
    return () => {
      this.all = this.all.filter((other) => other !== lie);
    };
  }

  clear(): void {
    this.all = [];
  }

  [Symbol.iterator](): Iterator<Kind> {
    return this.all[Symbol.iterator]();
  }
}

class Proxy extends LocalProxy {
  readonly lies = new Lies<{ operation: string; lie: Lie }>();
  readonly hintLies = new Lies<HintLie>();
  readonly httpLies = new Lies<HttpLie>();
  target = 0;

  honest(): void {
    for (const lies of [this.lies, this.hintLies, this.httpLies]) lies.clear();
  }

  protected carry(request: ProxyRequest): Promise<ProxyAnswer> {
    return request.operation === '' ? this.pass(request) : this.operate(request);
  }

  protected mayConnect(): boolean {
    return true;
  }

  /** Hints may be changed or dropped. */
  protected tell(message: string, deviceId: string | undefined, pass: Pass): void {
    const told = this.toldInHint(message, deviceId);
    if (told !== undefined) pass(told);
  }

  private async pass(request: ProxyRequest): Promise<ProxyAnswer> {
    const honest = (): Promise<ProxyAnswer> => this.forward(request);
    for (const lie of this.httpLies) {
      const answer = await lie(request, honest);
      if (answer) return answer;
    }
    return honest();
  }

  private async operate(request: ProxyRequest): Promise<ProxyAnswer> {
    const { query } = JSON.parse(request.body.toString()) as { query: string };
    let status = 200;
    const ask = async (variables: object = request.variables): Promise<Answer> => {
      const answer = await this.forward({ ...request, body: Buffer.from(JSON.stringify({ query, variables })) });
      ({ status } = answer);
      return JSON.parse(answer.body.toString()) as Answer;
    };
    const answer = (await this.told({ ...request, ask })) ?? (await ask());
    return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(answer)) };
  }

  private async told(exchange: Exchange): Promise<Answer | undefined> {
    for (const { operation, lie } of this.lies) {
      const answer = operation === exchange.operation ? await lie(exchange) : undefined;
      if (answer) return answer;
    }
    return undefined;
  }

  private toldInHint(message: string, deviceId: string | undefined): string | undefined {
    const { type, payload, ...rest } = JSON.parse(message) as { type: string; payload?: { data?: { hints?: Hint } } };
    let hint = payload?.data?.hints;
    if (type !== 'next' || !hint) return message;
    for (const lie of this.hintLies) {
      hint = lie(hint, deviceId);
      if (!hint) return undefined;
    }
    return JSON.stringify({ ...rest, type, payload: { ...payload, data: { ...payload?.data, hints: hint } } });
  }
}
