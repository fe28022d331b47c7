import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';

import { Challenge, OpenSessionInput, Session } from './access.types.js';
import { AccessChanges } from './accessChanges.js';
import { Authenticated, CurrentCaller, Public } from './rules.js';
import type { Caller } from './rules.js';
import { Sessions } from './sessions.js';

@Resolver()
export class AccessResolver {
  constructor(
    private readonly sessions: Sessions,
    private readonly changes: AccessChanges,
  ) {}

  @Public()
  @Mutation(() => Challenge, { description: 'Public' })
  requestChallenge(@Args('deviceId', { type: () => ID }) deviceId: string): Promise<Challenge> {
    return this.sessions.challenge(deviceId);
  }

  @Public()
  @Mutation(() => Session, { description: 'Public' })
  openSession(@Args('input') { challengeId, deviceId, signature, seen }: OpenSessionInput): Promise<Session> {
    return this.sessions.open(challengeId, deviceId, signature, seen ?? undefined);
  }

  @Authenticated()
  @Mutation(() => Session)
  async renewSession(@CurrentCaller() { sessionId }: Caller): Promise<Session> {
    const session = await this.sessions.renew(sessionId);
    await this.changes.sessionRenewed(sessionId);
    return session;
  }

  @Authenticated()
  @Mutation(() => Boolean)
  async closeSession(@CurrentCaller() { sessionId }: Caller): Promise<boolean> {
    await this.sessions.close(sessionId);
    await this.changes.sessionClosed(sessionId);
    return true;
  }
}
