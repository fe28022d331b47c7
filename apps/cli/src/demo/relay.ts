import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';

import type { Client } from '#client';
import { SUITES, TypedDocumentString } from '#contracts';
import type { EnvelopesQuery, StatementsQuery } from '#contracts';

/** What the relay keeps back from whoever asks it. */
export interface Withheld {
  /** Only the messages themselves, none of the changes of membership after this place. */
  readonly changesAfter?: number;
  /** No news of the directory after this statement, and the checkpoint that the server signed then. */
  readonly directory?: OldDirectory;
}

/** The directory as it was at one time. */
export interface OldDirectory {
  readonly head: number;
  readonly checkpoint: string | null;
}

interface Request {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A stock of KeyPackages to which nothing need be added. */
const FULL = { available: 100, hasLastResort: true };

type Answer = Record<string, unknown>;
type Ask = (variables: Record<string, unknown>) => Promise<Answer>;

const OPERATION = /\b(?:query|mutation|subscription)\s+(\w+)/u;

/**
 * A dishonest server for the revoked device: it opens every session, and hands over whatever `accomplice`, a member of
 * the conversation, would be given. So the device has all the ciphertext that exists, and nothing but its own keys.
 */
export async function startRelay(
  accomplice: Client,
  withheld: Withheld = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void readAll(request)
      .then((body) => answer(accomplice, withheld, url, JSON.parse(body) as Request))
      .catch((error: unknown) => ({ errors: [{ message: String(error), extensions: { code: 'FORBIDDEN' } }] }))
      .then((result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
}

async function answer(
  accomplice: Client,
  withheld: Withheld,
  origin: string,
  { query, variables }: Request,
): Promise<Answer> {
  const operation = OPERATION.exec(query)?.[1] ?? '';
  const invented = INVENTED[operation];
  if (invented) return { data: invented(origin) };
  // whatever changes something would be done in the accomplice's name
  if (query.trimStart().startsWith('mutation'))
    return { errors: [{ message: `${operation} is not for you`, extensions: { code: 'FORBIDDEN' } }] };
  const ask: Ask = (asked) =>
    accomplice.execute(new TypedDocumentString<Answer, Record<string, unknown>>(query), asked);
  const { changesAfter, directory } = withheld;
  if (operation === 'Envelopes' && changesAfter !== undefined)
    return { data: await onlyMessages(ask, variables, changesAfter) };
  const data = await ask(variables);
  if (operation === 'Statements' && directory !== undefined)
    return { data: oldStatements(data as StatementsQuery, directory) };
  return { data };
}

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

/** What the relay makes up, because the real server would refuse it, or would change something there. */
const INVENTED: Readonly<Record<string, (origin: string) => Answer>> = {
  RequestChallenge: (origin) => ({
    requestChallenge: {
      id: crypto.randomUUID(),
      nonce: Buffer.alloc(32, 7).toString('base64'),
      origin,
      expiresAt: inAnHour(),
    },
  }),
  OpenSession: () => ({ openSession: { token: 'relay', expiresAt: inAnHour() } }),
  RenewSession: () => ({ renewSession: { token: 'relay', expiresAt: inAnHour() } }),
  CloseSession: () => ({ closeSession: true }),
  Welcomes: () => ({ welcomes: [] }),
  ConfirmWelcomes: () => ({ confirmWelcomes: 0 }),
  KeyPackageStock: () => ({
    keyPackageStock: { ...FULL, suites: SUITES.map(({ id: suite }) => ({ suite, ...FULL })) },
  }),
  PublishKeyPackages: () => ({ publishKeyPackages: FULL }),
  PublishStatements: () => ({ publishStatements: [] }),
  PutReceipts: () => ({ putReceipts: 0 }),
  PutStands: () => ({ putStands: 0 }),
};

/** Newer than `after` only messages, in numbers that follow each other, as if nothing else had happened. */
async function onlyMessages(ask: Ask, variables: Record<string, unknown>, after: number): Promise<Answer> {
  const asked = Number(variables['after']);
  if (asked < after) return ask({ ...variables, first: after - asked });
  const { envelopes: page } = (await ask({ ...variables, after, first: 100 })) as EnvelopesQuery;
  const messages = page.envelopes.filter(({ kind }) => kind === 'APPLICATION');
  const renumbered = messages.map((envelope, index) => ({ ...envelope, seq: after + 1 + index }));
  return { envelopes: { envelopes: renumbered.filter(({ seq }) => seq > asked), lastSeq: after + messages.length } };
}

function oldStatements({ statements: page }: StatementsQuery, { head, checkpoint }: OldDirectory): Answer {
  const statements = page.statements.filter(({ seq }) => seq <= head);
  return { statements: { statements, head: Math.min(page.head, head), checkpoint } };
}
