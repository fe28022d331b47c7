/**
 * A program of its own that moves a conversation to another cipher suite and is made to be killed right before (`MOVER_STOP=before`) or right
 * after (`after`) the server has taken it: it says `now`, and does nothing more.
 */
import { createTransport, openClient } from '#client/node';
import { SubmitCommitDocument } from '#contracts';

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

const real = createTransport(needed('MOVER_SERVER'));
const stop = needed('MOVER_STOP');

const forever = (): Promise<never> => {
  process.stdout.write('now\n');
  setInterval(() => undefined, 1000);
  return new Promise(() => undefined);
};

const client = await openClient({
  folder: needed('MOVER_FOLDER'),
  key: Buffer.from(needed('MOVER_KEY'), 'hex'),
  transport: {
    origin: real.origin,
    close: () => real.close(),
    execute: async (document, variables, token, act) => {
      const isCommit = String(document) === String(SubmitCommitDocument);
      if (isCommit && stop === 'before') return forever();
      const answer = await real.execute(document, variables, token, act);
      return isCommit ? forever() : answer;
    },
    transfer: (request, token) => real.transfer(request, token),
    hints: (handlers, token) => real.hints(handlers, token),
  },
});
await client.catchUp();
await client.moveConversation(needed('MOVER_CONVERSATION'), needed('MOVER_SUITE'));
