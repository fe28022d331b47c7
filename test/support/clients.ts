import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Client, NewPost, Timer } from '#client';
import { createTransport, enrolDevice, foundMinistry, openClient, unlockVault } from '#client/node';
import type { Role } from '#contracts';
import { canonicalPolicy, genericMinistry } from '#policy';
import type { CategoryValues, Clearance, Label, SecurityPolicy } from '#policy';

import type { Faults } from './clientsFaults.js';
import { startServer } from './server.js';
import type { ServerOverrides, TestServer } from './server.js';

export const PASSPHRASE = 'walnut ferry gravel lantern 42';
/** The least that a guess of a passphrase may cost: tests make and open many vaults. */
export const CHEAPEST = { memoryMiB: 64, passes: 1 } as const;
const FOUNDING_TOKEN = 'founding token of the client tests';

export interface StaffMember {
  readonly name: string;
  /** Default: SECRET. */
  readonly level?: string;
  readonly categories?: readonly CategoryValues[];
  readonly roles?: readonly Role[];
  readonly title?: string;
}

/** One device of the test ministry: a vault of its own and a client on it. */
export interface TestClient {
  readonly name: string;
  readonly personId: string;
  readonly deviceId: string;
  readonly folder: string;
  readonly client: Client;
}

/** A ministry on a real server, with people whose devices are enrolled by links, as in life. */
export interface ClientMinistry {
  readonly server: TestServer;
  readonly officer: TestClient;
  readonly staff: readonly TestClient[];
  /** Enrols one more person. */
  hire(member: StaffMember): Promise<TestClient>;
  /** Closes a client and opens its vault again, as after a restart of the program. */
  reopen(who: TestClient, how?: Reopening): Promise<TestClient>;
  stop(): Promise<void>;
}

export const clearanceAt = (level: string, categories: readonly CategoryValues[] = []): Clearance => ({
  policy: genericMinistry.id,
  level,
  categories,
});

export const labelAt = (level: string, categories: readonly CategoryValues[] = []): Label =>
  clearanceAt(level, categories);

export interface MinistryOverrides extends ServerOverrides {
  /** In place of the generic one; its id and its levels have to be the same. */
  readonly policy?: SecurityPolicy;
}

/** How a client is opened again. */
export interface Reopening {
  /** What happens on the way to the server. */
  readonly faults?: Pick<Faults, 'between'>;
  /** Another clock. */
  readonly timer?: Timer;
}

/** Founds the ministry and enrols the people one after the other; `start` may bring another server, such as one that lies. */
export async function startMinistry(
  people: readonly StaffMember[],
  { policy = genericMinistry, ...overrides }: MinistryOverrides = {},
  start: (overrides: ServerOverrides) => Promise<TestServer> = startServer,
): Promise<ClientMinistry> {
  const environment = { ...overrides.environment, CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN };
  const server = await start({ ...overrides, environment });
  const root = await mkdtemp(join(tmpdir(), 'chancery-vaults-'));
  const building = new Building(server, root, policy);
  await building.found();
  for (const member of people) await building.hire(member);
  return building;
}

/** Enrols people of these names one after the other, beside those who are there. */
export async function hireAll<Names extends readonly string[]>(
  ministry: ClientMinistry,
  names: readonly [...Names],
): Promise<{ -readonly [Index in keyof Names]: TestClient }> {
  const hired: TestClient[] = [];
  for (const name of names) hired.push(await ministry.hire({ name }));
  return hired as { -readonly [Index in keyof Names]: TestClient };
}

/**
 * Brings the first two people into a conversation, then closes their vaults and stops the server of the builder: processes of their own
 * take over. Returns the conversation's id.
 */
export async function handOver({ staff, server }: ClientMinistry): Promise<string> {
  const [first, second] = staff as [TestClient, TestClient];
  await first.client.catchUp();
  const conversation = { name: 'Under fire', label: labelAt('SECRET'), personIds: [second.personId] };
  const { id } = await first.client.createConversation(conversation);
  await second.client.catchUp();
  for (const { client } of [first, second]) await client.close();
  await server.stop();
  return id;
}

class Building implements ClientMinistry {
  readonly staff: TestClient[] = [];
  private founder: TestClient | undefined;
  private readonly open = new Set<Client>();
  private readonly posts: readonly NewPost[] = [
    { id: randomUUID(), name: 'Political Department', kind: 'DEPARTMENT', timeZone: 'Asia/Tashkent' },
    { id: randomUUID(), name: 'Embassy in Lima', kind: 'MISSION', country: 'PE', timeZone: 'America/Lima' },
  ];

  constructor(
    readonly server: TestServer,
    private readonly root: string,
    private readonly policy: SecurityPolicy,
  ) {}

  get officer(): TestClient {
    if (!this.founder) throw new Error('the ministry is not founded');
    return this.founder;
  }

  async found(): Promise<void> {
    const folder = join(this.root, 'officer');
    const { client } = await foundMinistry({
      folder,
      passphrase: PASSPHRASE,
      ...CHEAPEST,
      server: this.server.url,
      foundingToken: FOUNDING_TOKEN,
      ministryName: 'Ministry of Foreign Affairs',
      policy: canonicalPolicy(this.policy),
      posts: this.posts,
      officer: {
        personName: 'Officer Umarova',
        postId: this.posts[0]?.id ?? '',
        deviceName: 'Desk of the officer',
        clearance: clearanceAt('TOP_SECRET'),
      },
    });
    this.founder = await this.keep('Officer Umarova', folder, client);
  }

  async hire({ name, title, level = 'SECRET', categories = [], roles = ['MEMBER'] }: StaffMember): Promise<TestClient> {
    const postId = this.posts[this.staff.length % this.posts.length]?.id ?? '';
    const officer = this.officer.client;
    const { link, invitationId } = await officer.invite({
      personName: name,
      postId,
      clearance: clearanceAt(level, categories),
      roles,
      ...(title !== undefined && { title }),
    });
    const folder = join(this.root, `person-${String(this.staff.length)}`);
    const options = { folder, passphrase: PASSPHRASE, ...CHEAPEST, link, deviceName: `Laptop of ${name}` };
    const client = await enrolDevice(options);
    await officer.completeEnrolments([invitationId]);
    await client.catchUp();
    const member = await this.keep(name, folder, client);
    this.staff.push(member);
    return member;
  }

  async reopen({ client, folder, name }: TestClient, { faults, timer }: Reopening = {}): Promise<TestClient> {
    await client.close();
    this.open.delete(client);
    const key = await unlockVault(folder, PASSPHRASE);
    const transport = createTransport(this.server.url);
    return this.keep(
      name,
      folder,
      await openClient({ folder, key, transport: faults?.between(transport) ?? transport, ...(timer && { timer }) }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all([...this.open].map((client) => client.close()));
    await this.server.stop();
    await rm(this.root, { recursive: true, force: true });
  }

  private async keep(name: string, folder: string, client: Client): Promise<TestClient> {
    this.open.add(client);
    const { personId, deviceId } = await client.whoami();
    return { name, personId, deviceId, folder, client };
  }
}
