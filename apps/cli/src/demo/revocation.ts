import { cp } from 'node:fs/promises';

import type { Client, MessageView } from '#client';
import { openClient } from '#client/node';
import { StatementsDocument } from '#contracts';

import { failureOf } from '../failure.js';
import { CARELESS, OFFICER, VOICES } from './cast.js';
import { startRelay } from './relay.js';
import type { OldDirectory, Withheld } from './relay.js';
import type { SampleMessage } from './samples.js';
import { playerOf, reopen } from './stage.js';
import type { Player, Stage } from './stage.js';

/** A device as its finder has it: the whole vault, the passphrase, everything that it held at that moment. */
interface Loot {
  readonly vault: string;
  readonly passphrase: string;
}

/** What was copied just before the revocation, and how far directory and conversation were then. */
export interface BeforeRevocation {
  readonly lost: Loot;
  /** Of somebody who stays: shows that the trial is a fair one, because this copy can read on. */
  readonly control: Loot;
  readonly directory: OldDirectory;
  readonly cursor: number;
}

/** Copies the vault of the careless person, and that of one who stays, while both are members. */
export async function loseLaptop(stage: Stage, conversationId: string, stays: string): Promise<BeforeRevocation> {
  const careless = playerOf(stage, CARELESS);
  const lost = await copyVault(careless);
  const control = await copyVault(playerOf(stage, stays));
  const { cursor } = await careless.client.conversation(conversationId);
  const { statements } = await careless.client.execute(StatementsDocument, { after: 0, first: 1 });
  const { head, checkpoint } = statements;
  return { lost, control, cursor, directory: { head, checkpoint } };
}

async function copyVault(player: Player): Promise<Loot> {
  await player.client.catchUp();
  await player.client.close();
  const vault = `${player.vault}-copy`;
  await cp(player.vault, vault, { recursive: true });
  player.client = await reopen(player);
  return { vault, passphrase: player.passphrase };
}

/** The security officer revokes the device. */
export async function revoke(stage: Stage): Promise<void> {
  const { client: officer } = playerOf(stage, OFFICER.key);
  const { deviceId } = await playerOf(stage, CARELESS).client.whoami();
  await officer.revokeDevice(deviceId);
  await officer.catchUp();
}

/** One try to read what was written after the revocation. */
export interface Attempt {
  /** Ends a sentence that begins with the device. */
  readonly how: string;
  /** The code of the refusal, or what the device says of the conversation. */
  readonly outcome: string;
  /** How many of the newer messages it could read. */
  readonly read: number;
}

interface Target {
  readonly conversationId: string;
  readonly newer: readonly SampleMessage[];
}

/** Everything that the finder of the laptop can try: the server's front door, and every ciphertext that exists. */
export async function tryToReadOn(stage: Stage, before: BeforeRevocation, target: Target): Promise<Attempt[]> {
  const { lost, cursor, directory } = before;
  const withheld = { changesAfter: cursor, directory };
  return [
    await askServer(playerOf(stage, CARELESS), target),
    await withCiphertext('given every envelope that there is', stage, lost, target, {}),
    await withCiphertext('given the messages, without news of its revocation', stage, lost, target, withheld),
  ];
}

/** The same trial with a device that was not revoked. */
export const tryControl = (stage: Stage, { control }: BeforeRevocation, target: Target): Promise<Attempt> =>
  withCiphertext('given every envelope that there is', stage, control, target, {});

async function askServer({ client }: Player, target: Target): Promise<Attempt> {
  return tryWith('asking the server', client, target);
}

async function withCiphertext(
  how: string,
  stage: Stage,
  loot: Loot,
  target: Target,
  withheld: Withheld,
): Promise<Attempt> {
  const relay = await startRelay(playerOf(stage, VOICES.ambassador).client, withheld);
  // each attempt begins with the device as it was found
  const folder = `${loot.vault}-${withheld.changesAfter === undefined ? 'all' : 'messages'}`;
  await cp(loot.vault, folder, { recursive: true });
  const client = await openClient({ folder, passphrase: loot.passphrase, server: relay.url });
  try {
    return await tryWith(how, client, target);
  } finally {
    await client.close();
    await relay.close();
  }
}

async function tryWith(how: string, client: Client, target: Target): Promise<Attempt> {
  const refusal = await refusalOf(() => client.catchUp());
  const { messages } = await client.messages(target.conversationId, { limit: 500 });
  const { state, problem } = await client.conversation(target.conversationId);
  const notice = messages.findLast(({ kind }) => kind === 'notice')?.text;
  return {
    how,
    outcome: refusal ?? problem?.message ?? notice ?? `the conversation is ${state}`,
    read: countRead(messages, target),
  };
}

async function refusalOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const { code, message } = failureOf(error);
    return `${code}, ${message}`;
  }
}

function countRead(messages: readonly MessageView[], { newer }: Target): number {
  return newer.filter(({ text }) => messages.some((message) => message.text === text)).length;
}
