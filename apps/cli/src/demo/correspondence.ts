import type { ConversationView, MessageView } from '#client';
import { genericMinistry } from '#policy';

import { parseMarking } from '../label.js';
import { VOICES } from './cast.js';
import type { SampleMessage, Samples } from './samples.js';
import { playerOf } from './stage.js';
import type { Player, Stage } from './stage.js';

/** A message that was sent, with what each of the others decrypted. */
export interface Delivered {
  readonly sample: SampleMessage;
  readonly sender: Player;
  readonly sent: MessageView;
  readonly readBy: readonly { readonly player: Player; readonly message: MessageView }[];
}

/** The ambassador opens a conversation of all seven. */
export async function openConversation(stage: Stage, { conversation }: Samples): Promise<ConversationView> {
  const { client, id } = playerOf(stage, VOICES.ambassador);
  const label = parseMarking(conversation.label, genericMinistry, 'label');
  const personIds = [...stage.players.values()].map((player) => player.id).filter((other) => other !== id);
  return client.createConversation({ name: conversation.name, label, personIds });
}

/** Sends messages one after another; each sender first reads what came before, as people do. */
export async function exchange(
  stage: Stage,
  conversationId: string,
  samples: readonly SampleMessage[],
  readers: readonly Player[],
): Promise<Delivered[]> {
  const sent: { sample: SampleMessage; sender: Player; view: MessageView }[] = [];
  for (const sample of samples) {
    const sender = playerOf(stage, VOICES[sample.from]);
    await sender.client.catchUp();
    const { text, precedence } = sample;
    sent.push({ sample, sender, view: await sender.client.send(conversationId, { text, precedence }) });
  }
  const inboxes = await Promise.all(
    readers.map(async (player) => ({ player, messages: await readAll(player, conversationId) })),
  );
  return sent.map(({ sample, sender, view }) => ({
    sample,
    sender,
    sent: view,
    readBy: inboxes.flatMap(({ player, messages }) => {
      const message = messages.find(({ id }) => id === view.id);
      return player === sender || !message ? [] : [{ player, message }];
    }),
  }));
}

async function readAll({ client }: Player, conversationId: string): Promise<readonly MessageView[]> {
  await client.catchUp();
  const { messages } = await client.messages(conversationId, { limit: 500 });
  await client.markRead(conversationId);
  return messages;
}

/** How many of the copies hold exactly the words that were written. */
export function countDecrypted(delivered: readonly Delivered[]): number {
  return delivered.reduce(
    (sum, { sample, readBy }) => sum + readBy.filter(({ message }) => message.text === sample.text).length,
    0,
  );
}
