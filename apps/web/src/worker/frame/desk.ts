import { hasCode } from '#client';
import type { Client } from '#client';
import { ApprovalsDocument } from '#contracts';

import type { News } from '../protocol.js';
import { standingOf } from '../standing.js';
import type { Findable, Frame, Level, Line } from './protocol.js';

/** More than so many waiting acts are not counted. */
const MOST_APPROVALS = 50;
/** Beside drafts and imports, which have names of their own. */
const BEGUN = 'begun ';
const ADMINISTERING = new Set(['REGISTRAR', 'SECURITY_OFFICER', 'AUDITOR']);

export class FrameDesk implements Frame {
  #line: Line = { isOffline: false, since: Date.now() };

  constructor(private readonly client: () => Client) {}

  /** A window that is opened later asks what the others were told. */
  readonly hear = (news: News): void => {
    if (news.type !== 'connection') return;
    const isOffline = news.state === 'disconnected';
    if (isOffline !== this.#line.isOffline) this.#line = { isOffline, since: Date.now() };
  };

  line(): Promise<Line> {
    return Promise.resolve(this.#line);
  }

  async unread(): Promise<number> {
    const conversations = await this.client().conversations();
    return conversations.reduce((sum, { unread }) => sum + unread, 0);
  }

  waiting(): Promise<number> {
    return this.client().waiting();
  }

  async approvals(): Promise<number> {
    if (!(await this.administers())) return 0;
    const client = this.client();
    try {
      const { personId } = await client.whoami();
      const { approvals } = await client.execute(ApprovalsDocument, { first: MOST_APPROVALS, state: 'OPEN' });
      return approvals.edges.filter(({ node }) => node.proposerId !== personId).length;
    } catch (error) {
      if (hasCode(error, 'FORBIDDEN') || hasCode(error, 'SERVER_UNREACHABLE')) return 0;
      throw error;
    }
  }

  async administers(): Promise<boolean> {
    const client = this.client();
    const { personId } = await client.whoami();
    const own = (await client.people()).find(({ id }) => id === personId);
    return own?.roles?.some((role) => ADMINISTERING.has(role)) ?? false;
  }

  levels(): Promise<readonly Level[]> {
    const levels = [...this.client().knownPolicy().levels].sort((one, other) => one.rank - other.rank);
    return Promise.resolve(levels.map(({ marking, colour }) => ({ marking, colour })));
  }

  async findable(): Promise<Findable> {
    const client = this.client();
    const [conversations, people] = await Promise.all([client.conversations(), client.people()]);
    return {
      conversations: conversations.map(({ id, name, marking, members }) => ({
        ...{ id, name, marking },
        people: members.map(({ personName }) => personName),
      })),
      people: people.map((person) => ({ id: person.id, name: person.name, standing: standingOf(person) })),
    };
  }

  begun(name: string): Promise<unknown> {
    return this.client().kept.get(BEGUN + name);
  }

  async keepBegun(name: string, value: unknown): Promise<void> {
    const { kept } = this.client();
    if (value === undefined) await kept.remove(BEGUN + name);
    else await kept.put(BEGUN + name, value);
  }
}
