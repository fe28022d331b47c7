import { canonicalLabel } from '#policy';
import { toBase64 } from '#primitives';

import { labelAt } from '../../support/clients.js';
import type { TestClient } from '../../support/clients.js';
import { withHostilePair } from '../../support/hostilePair.js';
import type { HostileServer } from '../../support/hostileServer.js';
import { retell } from '../../support/lyingLog.js';
import type { GivenEnvelope } from '../../support/lyingLog.js';

/** Attack 12: the label, the precedence or the addressees of a message are changed on the way. */
let hostile: HostileServer;
let aziza: TestClient;
let bruno: TestClient;

withHostilePair((both) => {
  ({ hostile, aziza, bruno } = both);
});

async function told(id: string, change: (envelope: GivenEnvelope) => GivenEnvelope) {
  retell(hostile, id, bruno.deviceId, (honest) =>
    honest.map((one, at) => (at === honest.length - 1 ? change(one) : one)),
  );
  await bruno.client.catchUp();
  return (await bruno.client.messages(id)).messages.filter(({ kind }) => kind === 'text' || kind === 'notice');
}

const begin = async () => {
  const round = { name: 'Round', label: labelAt('CONFIDENTIAL'), personIds: [bruno.personId] };
  const { id } = await aziza.client.createConversation(round);
  await aziza.client.send(id, { text: 'Not for the press.' });
  return id;
};

/** Rewrites bytes that stand in clear in the payload; of equal length, so that everything else stays well-formed. */
const rewrite =
  (from: Uint8Array, to: Uint8Array) =>
  (envelope: GivenEnvelope): GivenEnvelope => {
    const payload = Buffer.from(envelope.payload, 'base64');
    const at = payload.indexOf(from);
    expect(at).toBeGreaterThan(0); // the server can read it, after all
    payload.set(to, at);
    return { ...envelope, payload: toBase64(payload) };
  };

test('a lower label does not verify', async () => {
  const messages = await told(await begin(), rewrite(Buffer.from('CONFIDENTIAL'), Buffer.from('UNCLASSIFIED')));
  expect(messages).toMatchObject([{ kind: 'notice', problem: { code: 'ENVELOPE_INVALID' } }]);
});

test('a higher precedence does not verify', async () => {
  const label = Buffer.from(canonicalLabel(labelAt('CONFIDENTIAL')));
  const [routine, flash] = [Buffer.concat([label, Buffer.of(0)]), Buffer.concat([label, Buffer.of(3)])];
  const messages = await told(await begin(), rewrite(routine, flash));
  expect(messages).toMatchObject([{ kind: 'notice', problem: { code: 'ENVELOPE_INVALID' } }]);
});

test('a message that is given to another conversation is not read there', async () => {
  const [first, second] = [await begin(), await begin()];
  await bruno.client.catchUp();
  const { messages: read } = await bruno.client.messages(first);
  expect(read.map(({ text }) => text)).toContain('Not for the press.');
  await aziza.client.send(first, { text: 'For the first only.' });
  const stolen: GivenEnvelope[] = [];
  const stop = retell(hostile, first, bruno.deviceId, (honest) => {
    stolen.push(...honest.slice(-1));
    return honest;
  });
  await bruno.client.catchUp();
  stop();
  await aziza.client.send(second, { text: 'A place to stand in.' });
  const messages = await told(second, (envelope) => ({ ...envelope, payload: stolen[0]?.payload ?? '' }));
  expect(messages.map(({ text }) => text)).not.toContain('For the first only.');
  expect(messages.at(-1)).toMatchObject({ kind: 'notice', problem: { code: 'ENVELOPE_INVALID' } });
});
