import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Client, NewPost } from '#client';
import { enrolDevice, foundMinistry, openClient } from '#client/node';
import { canonicalPolicy, genericMinistry } from '#policy';

import { newId } from '../id.js';
import { parseMarking } from '../label.js';
import { startOpenServer } from '../server.js';
import type { OpenServer } from '../server.js';
import { INVITED, MINISTRY, OFFERED, OFFICER, POSTS } from './cast.js';
import type { CastPerson } from './cast.js';

/** Each guess of a demonstration passphrase costs the least that Chancery allows: they are printed anyway. */
export const ARGON2 = { memoryMiB: 64, passes: 1 } as const;
/** Only has to be unguessable for as long as the founding takes. */
const FOUNDING_TOKEN_BYTES = 32;

/** Somebody with a vault and an open client. */
export interface Player extends CastPerson {
  readonly id: string;
  readonly vault: string;
  readonly passphraseFile: string;
  client: Client;
}

/** A server, and seven people at it. */
export interface Stage {
  readonly folder: string;
  readonly server: OpenServer;
  readonly players: ReadonlyMap<string, Player>;
}

/** Where the server keeps everything that it has. */
export const serverFolder = (folder: string): string => join(folder, 'server');

const foundingToken = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(FOUNDING_TOKEN_BYTES))).toString('base64url');

/** Starts the server; `token` is what its founding asks for. */
export async function openServer(folder: string, port: number): Promise<{ server: OpenServer; token: string }> {
  const token = foundingToken();
  const environment = {
    CHANCERY_PORT: String(port),
    CHANCERY_FOUNDING_TOKEN: token,
    CHANCERY_LOG_LEVEL: 'silent',
    // seven people enrol, write and read within seconds from one address
    CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '6000',
    CHANCERY_WEB_FOLDER: process.env['CHANCERY_WEB_FOLDER'] ?? '',
  };
  const server = await startOpenServer(serverFolder(folder), environment, OFFERED);
  return { server, token };
}

const posts = new Map(POSTS.map(({ key }) => [key, newId()]));
export const postId = (key: string): string => posts.get(key) ?? '';

function newPosts(): NewPost[] {
  return POSTS.map(({ key, name, kind, country, timeZone }) => ({
    id: postId(key),
    name,
    kind,
    timeZone,
    ...(country === undefined ? {} : { country }),
  }));
}

export const clearanceOf = ({ clearance }: Pick<CastPerson, 'clearance'>) =>
  parseMarking(clearance, genericMinistry, 'clearance');

export async function found(folder: string, server: string, token: string): Promise<Player> {
  const { vault, passphraseFile } = await prepareVault(folder, OFFICER);
  const { client, rootKeyFile } = await foundMinistry({
    folder: vault,
    passphrase: OFFICER.passphrase,
    ...ARGON2,
    server,
    foundingToken: token,
    ministryName: MINISTRY,
    policy: canonicalPolicy(genericMinistry),
    posts: newPosts(),
    officer: {
      personName: OFFICER.name,
      postId: postId(OFFICER.post),
      deviceName: OFFICER.device,
      clearance: clearanceOf(OFFICER),
    },
  });
  await writeFile(`${vault}.root-key.json`, rootKeyFile, { mode: 0o600 });
  await client.rootKey.forget();
  const { personId } = await client.whoami();
  return { ...OFFICER, id: personId, vault, passphraseFile, client };
}

/** Everybody else: link, claim, the officer's signature. */
export async function enrolAll(folder: string, officer: Player): Promise<Player[]> {
  const players: Player[] = [];
  for (const person of INVITED) players.push(await claim(folder, officer, person));
  await officer.client.completeEnrolments();
  for (const { client } of [officer, ...players]) await client.catchUp();
  return players;
}

async function claim(folder: string, officer: Player, person: CastPerson): Promise<Player> {
  const { vault, passphraseFile } = await prepareVault(folder, person);
  const { name: personName, title, roles } = person;
  const clearance = clearanceOf(person);
  const { link, personId } = await officer.client.invite({
    personName,
    title,
    postId: postId(person.post),
    clearance,
    roles,
  });
  const client = await enrolDevice({
    folder: vault,
    passphrase: person.passphrase,
    ...ARGON2,
    link,
    deviceName: person.device,
  });
  return { ...person, id: personId, vault, passphraseFile, client };
}

async function prepareVault(
  folder: string,
  { key, passphrase }: CastPerson,
): Promise<{ vault: string; passphraseFile: string }> {
  const people = join(folder, 'people');
  await mkdir(people, { recursive: true, mode: 0o700 });
  const passphraseFile = join(people, `${key}.passphrase`);
  await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  return { vault: join(people, key), passphraseFile };
}

/** Opens a player's vault again. */
export function reopen({ vault, passphrase }: Player, server?: string): Promise<Client> {
  return openClient({ folder: vault, passphrase, ...(server === undefined ? {} : { server }) });
}

export function playerOf({ players }: Pick<Stage, 'players'>, key: string): Player {
  const player = players.get(key);
  if (!player) throw new Error(`the cast has no ${key}`);
  return player;
}
