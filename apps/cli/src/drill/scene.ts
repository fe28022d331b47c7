import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { Client, NewPost } from '#client';
import { enrolDevice, foundMinistry } from '#client/node';
import type { Role } from '#contracts';
import { canonicalPolicy, genericMinistry } from '#policy';

import { POSTS } from '../demo/cast.js';
import { newId } from '../id.js';
import { parseMarking } from '../label.js';
import { startOpenServer } from '../server.js';
import type { OpenServer } from '../server.js';

/** How large the ministry of a drill is. */
export interface DrillSize {
  /** Devices in all, one a person; a quarter of them serve at the mission. */
  readonly devices: number;
  /** Conversations, each between two people of the mission and three others. */
  readonly groups: number;
}

export interface DrillPerson {
  readonly personId: string;
  readonly deviceId: string;
  readonly client: Client;
}

/** A ministry of its own, with nobody in it who does not belong to the drill. */
export interface DrillScene {
  readonly server: OpenServer;
  readonly missionId: string;
  readonly missionName: string;
  /** Both hold the power to revoke. */
  readonly officers: readonly [DrillPerson, DrillPerson];
  readonly mission: readonly DrillPerson[];
  readonly others: readonly DrillPerson[];
  /** Ids of the conversations, each with the one of `others` who began it. */
  readonly conversations: ReadonlyMap<string, DrillPerson>;
  close(): Promise<void>;
}

const OTHERS_PER_GROUP = 3;
const MISSION_PER_GROUP = 2;
/** Everybody sits at one address, and does within seconds what people do in months. */
const LIMITS = { CHANCERY_LIMIT_PUBLIC_PER_MINUTE: '1000000', CHANCERY_LIMIT_DEVICE_PER_MINUTE: '1000000' };
/** A device offers twenty KeyPackages at a time. */
const GROUPS_BETWEEN_REFILLS = 40;
/** The vaults are thrown away with the scene. */
const CHEAPEST = { memoryMiB: 64, passes: 1 } as const;

type Progress = (words: string) => void;

/** Founds the ministry, enrols everybody and begins the conversations. */
export async function buildScene(
  folder: string,
  mission: string,
  size: DrillSize,
  progress: Progress,
): Promise<DrillScene> {
  const token = randomBytes(32).toString('base64url');
  const environment = { CHANCERY_PORT: '0', CHANCERY_FOUNDING_TOKEN: token, CHANCERY_LOG_LEVEL: 'silent', ...LIMITS };
  const server = await startOpenServer(join(folder, 'server'), environment);
  const builder = new SceneBuilder(folder, server, progress);
  try {
    return await builder.build(token, mission, size);
  } catch (error) {
    await builder.close();
    throw error;
  }
}

class SceneBuilder {
  readonly #clients: Client[] = [];
  readonly #posts = new Map(POSTS.map((post) => [newId(), post]));
  #hired = 0;

  constructor(
    private readonly folder: string,
    private readonly server: OpenServer,
    private readonly progress: Progress,
  ) {}

  async build(token: string, missionName: string, { devices, groups }: DrillSize): Promise<DrillScene> {
    const missionId = this.#postId(missionName);
    const head = this.#postId('Administration');
    const first = await this.#found(token, head);
    const atMission = Math.floor(devices / 4);
    const second = await this.#hire(first, head, ['MEMBER', 'SECURITY_OFFICER']);
    const mission = await this.#hireMany(first, missionId, atMission);
    const others = await this.#hireMany(first, head, devices - atMission - 2);
    await first.client.completeEnrolments();
    await this.#catchUp(mission, others, [first, second]);
    await first.client.administration.appoint(second.personId, { powers: ['revoke'] });
    const conversations = await this.#converse(mission, others, groups);
    const close = (): Promise<void> => this.close();
    return {
      server: this.server,
      missionId,
      missionName: this.#posts.get(missionId)?.name ?? missionName,
      officers: [first, second],
      mission,
      others,
      conversations,
      close,
    };
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.server.close();
  }

  #postId(wanted: string): string {
    const text = wanted.trim().toLowerCase();
    const found = [...this.#posts].find(([, { name, key }]) => key === text || name.toLowerCase().includes(text));
    if (found) return found[0];
    throw new Error('the drill knows no such post');
  }

  async #found(foundingToken: string, postId: string): Promise<DrillPerson> {
    const posts = [...this.#posts].map(([id, { name, kind, country, timeZone }]): NewPost => ({
      id,
      name,
      kind,
      timeZone,
      ...(country !== undefined && { country }),
    }));
    const { client } = await foundMinistry({
      ...this.#vault('officer'),
      server: this.server.url,
      foundingToken,
      ministryName: 'Ministry of the drill',
      policy: canonicalPolicy(genericMinistry),
      posts,
      officer: { personName: 'Officer', postId, deviceName: 'Desk', clearance: clearance() },
    });
    return this.#keep(client);
  }

  async #hireMany(officer: DrillPerson, postId: string, count: number): Promise<DrillPerson[]> {
    const people: DrillPerson[] = [];
    for (let at = 0; at < count; at++) people.push(await this.#hire(officer, postId, ['MEMBER']));
    return people;
  }

  async #hire({ client: officer }: DrillPerson, postId: string, roles: readonly Role[]): Promise<DrillPerson> {
    this.#hired += 1;
    const personName = `Person ${String(this.#hired)}`;
    this.progress(`${personName} enrols`);
    const { link } = await officer.invite({ personName, postId, clearance: clearance(), roles });
    return this.#keep(await enrolDevice({ ...this.#vault(String(this.#hired)), link, deviceName: 'Laptop' }));
  }

  #vault(name: string) {
    const passphrase = randomBytes(16).toString('base64url');
    return { folder: join(this.folder, 'people', name), passphrase, ...CHEAPEST };
  }

  async #keep(client: Client): Promise<DrillPerson> {
    this.#clients.push(client);
    const { personId, deviceId } = await client.whoami();
    return { personId, deviceId, client };
  }

  async #converse(
    mission: readonly DrillPerson[],
    others: readonly DrillPerson[],
    groups: number,
  ): Promise<Map<string, DrillPerson>> {
    const begun = new Map<string, DrillPerson>();
    for (let at = 0; at < groups; at++) {
      this.progress(`conversation ${String(at + 1)} of ${String(groups)}`);
      const [creator, ...rest] = turnOf(others, at, OTHERS_PER_GROUP);
      if (!creator) throw new Error('a drill has people outside the mission');
      const personIds = [...rest, ...turnOf(mission, at, MISSION_PER_GROUP)].map(({ personId }) => personId);
      const name = `Matter ${String(at + 1)}`;
      const { id } = await creator.client.createConversation({ name, label: label(), personIds });
      begun.set(id, creator);
      if (at % GROUPS_BETWEEN_REFILLS === GROUPS_BETWEEN_REFILLS - 1) await this.#catchUp(mission, others);
    }
    await this.#catchUp(mission, others);
    return begun;
  }

  async #catchUp(...parts: readonly (readonly DrillPerson[])[]): Promise<void> {
    for (const { client } of parts.flat()) await client.catchUp();
  }
}

/** As many people as are asked for, another choice each time. */
function turnOf(people: readonly DrillPerson[], at: number, count: number): DrillPerson[] {
  return Array.from({ length: count }, (_, index) => people[(at * count + index) % people.length]).flatMap(
    (person) => person ?? [],
  );
}

const label = () => parseMarking('SECRET', genericMinistry, 'label');
const clearance = () => parseMarking('SECRET', genericMinistry, 'clearance');
