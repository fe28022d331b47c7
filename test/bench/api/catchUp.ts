import { FETCH, SEND, key } from '../../support/delivery.js';
import { send } from './http.js';
import type { Route } from './throughput.js';
import { inTurns } from './world.js';

const MESSAGES = 10_000;
const SENT_AT_ONCE = 100;
const PAGE = 500;
const ROUNDS = 3;

/** Milliseconds to fetch 10,000 messages page by page, the best of three. */
export interface CatchUp {
  readonly milliseconds: number;
  readonly messages: number;
}

export async function catchUpApi(url: string, { groupId, payloads, device }: Route): Promise<CatchUp> {
  const ask = async (query: string, variables: unknown) =>
    JSON.parse(await send(`${url}/graphql`, 'POST', JSON.stringify({ query, variables }), device.token)) as Answer;
  for (let sent = 0; sent < MESSAGES; sent += SENT_AT_ONCE) {
    const envelopes = Array.from({ length: SENT_AT_ONCE }, (_, index) => {
      return { groupId, payload: payloads[index % payloads.length], idempotencyKey: key() };
    });
    await ask(SEND, { envelopes });
  }
  return best(async (after) => {
    const { data } = await ask(FETCH, { groupId, after, first: PAGE });
    return data.envelopes.envelopes;
  });
}

interface Answer {
  readonly data: { readonly envelopes: { readonly envelopes: readonly { readonly seq: number }[] } };
}

export async function catchUpFloor(url: string, { groupId: room, payloads }: Route): Promise<CatchUp> {
  const numbers = Array.from({ length: MESSAGES }, (_, index) => index);
  await inTurns(numbers, (index) => {
    return send(url, 'POST', JSON.stringify({ room, sender: 'sender', payload: payloads[index % payloads.length] }));
  });
  return best(async (after) => {
    const text = await send(`${url}/?room=${room}&after=${String(after)}&first=${String(PAGE)}`, 'GET');
    return JSON.parse(text) as { seq: number }[];
  });
}

async function best(fetch: (after: number) => Promise<readonly { readonly seq: number }[]>): Promise<CatchUp> {
  let found: CatchUp = { milliseconds: Infinity, messages: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    let [after, messages] = [0, 0];
    for (;;) {
      const page = await fetch(after);
      messages += page.length;
      after = page.at(-1)?.seq ?? after;
      if (page.length < PAGE) break;
    }
    const milliseconds = performance.now() - startedAt;
    if (milliseconds < found.milliseconds) found = { milliseconds, messages };
  }
  return found;
}
