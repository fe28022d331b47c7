import { setTimeout as delay } from 'node:timers/promises';

import { ChanceryError, hasCode } from '#client';
import type { Client } from '#client';
import { genericMinistry } from '#policy';

import { parseMarking } from '../label.js';
import { OFFICER, PERSONAS, VOICES } from './cast.js';
import type { Persona } from './cast.js';
import { clearanceOf, playerOf, postId, reopen } from './stage.js';
import type { Stage } from './stage.js';

const LOOK_MS = 500;
/** A newcomer's browser has to hand in what others need to write to it. */
const PATIENCE_MS = 60_000;
const LABEL = 'RESTRICTED';
const LOST_MISSION = 'new-york';
const EARLIER_MESSAGES = 100;

/** A persona whose link waits to be followed. */
export interface Guest extends Persona {
  readonly personId: string;
  /** Enrols one browser, with everything ready. */
  readonly link: string;
}

/** A guest whom everything waits for. */
export interface Arrival {
  readonly guest: Guest;
  /** From the use of the link until everything was there. */
  readonly seconds: number;
}

/**
 * Lets newcomers into the demonstration: their links, an officer who completes each enrolment by herself, and something to see. Nothing but the
 * demonstration does this: everywhere else an officer looks at each claim.
 */
export class Reception {
  private isOpen = true;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    readonly guests: readonly Guest[],
    private readonly officer: Client,
    private readonly host: Client,
    /** Conversation of the whole cast. */
    private readonly conversationId: string | undefined,
  ) {}

  static async open(stage: Stage): Promise<Reception> {
    const officer = await reopen(playerOf(stage, OFFICER.key));
    const host = await reopen(playerOf(stage, VOICES.headquarters));
    await officer.catchUp();
    await host.catchUp();
    const guests: Guest[] = [];
    for (const persona of PERSONAS) guests.push(await invite(officer, persona));
    await officer.administration.revokePost(postId(LOST_MISSION), 'COMPROMISED');
    const [conversation] = await host.conversations();
    return new Reception(guests, officer, host, conversation?.id);
  }

  /** Receives whoever comes, until it is closed. */
  receive(onArrival: (arrival: Arrival) => void): void {
    this.running = this.work(onArrival);
  }

  async close(): Promise<void> {
    this.isOpen = false;
    await this.running;
    await this.officer.close();
    await this.host.close();
  }

  private async work(onArrival: (arrival: Arrival) => void): Promise<void> {
    while (this.isOpen) {
      for (const { personId, claimedAt } of await this.officer.listClaims()) {
        const guest = this.guests.find((one) => one.personId === personId);
        if (!guest) continue;
        await this.letIn(guest);
        onArrival({ guest, seconds: Math.round((Date.now() - Date.parse(claimedAt)) / 100) / 10 });
      }
      await delay(LOOK_MS);
    }
  }

  private async letIn({ personId, name, task, roles }: Guest): Promise<void> {
    await this.officer.completeEnrolments();
    if (roles.includes('SECURITY_OFFICER')) await this.officer.administration.appoint(personId, { powers: POWERS });
    await this.host.catchUp();
    const label = parseMarking(LABEL, genericMinistry, 'label');
    const welcome = { name: `Welcome, ${name}`, label, personIds: [personId] };
    const { id } = await this.untilReady(() => this.host.createConversation(welcome));
    await this.host.send(id, { text: `Welcome, ${name}. ${task}` });
    if (this.conversationId !== undefined) await this.bringIn(this.conversationId, personId);
  }

  /** Into the conversation of everybody, with what was said before. */
  private async bringIn(conversationId: string, personId: string): Promise<void> {
    await this.untilReady(() => this.host.addPeople(conversationId, [personId]));
    await this.host.handHistory(conversationId, [personId], EARLIER_MESSAGES);
  }

  /** The newcomer's browser hands in its keys as soon as it learns that it is enrolled. */
  private async untilReady<Result>(work: () => Promise<Result>): Promise<Result> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!hasCode(error, 'NO_KEY_PACKAGE')) throw error;
        if (performance.now() > end || !this.isOpen)
          throw new ChanceryError('NO_KEY_PACKAGE', 'the newcomer has closed the browser', { cause: error });
      }
      await delay(LOOK_MS);
    }
  }
}

const POWERS = ['enrol', 'clear', 'revoke', 'assign'] as const;

async function invite(officer: Client, persona: Persona): Promise<Guest> {
  const { name: personName, title, post, roles } = persona;
  const clearance = clearanceOf(persona);
  const { link, personId } = await officer.invite({ personName, postId: postId(post), title, clearance, roles });
  return { ...persona, personId, link: link.replace('/enrol#', '/enrol?demonstration#') };
}
