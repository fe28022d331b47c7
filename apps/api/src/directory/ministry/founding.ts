import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { SecurityPolicy } from '#policy';
import { equalBytes, sha256, utf8 } from '#primitives/verify';
import { SERVER_KEY_PURPOSES, statementId } from '#transparency';
import type { Root, StatementBody } from '#transparency';

import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { badInput, requireName } from '../input.js';
import { PostsService } from '../posts/posts.service.js';
import { Announcer } from '../statements/announcer.js';
import { parse, placeOf } from '../statements/parse.js';
import { StatementLog } from '../statements/statementLog.js';
import { FoundingToken } from './foundingToken.js';
import { MinistryEntity } from './ministry.entity.js';
import type { FoundMinistryInput } from './ministry.model.js';
import { MinistryService } from './ministry.service.js';
import { Policies } from './policies.js';
import { invalidPolicy, readPolicyText } from './policyText.js';

const ORDER = ['root', 'appoint', 'enrol', 'clear', 'addDevice', 'assign'] as const;
/** Behind them: the keys of this server, one for each purpose, or none where the founder's client knows of none. */
const SERVER_KEYS = SERVER_KEY_PURPOSES.map(() => 'serverKey' as const);
const PATH = 'input.statements';
const MAX_POSTS = 500;

interface FoundingAct {
  readonly root: Root;
  readonly policy: SecurityPolicy;
}

/** Founds the ministry: once on a database, whatever the number of instances and attempts. */
@Injectable()
export class Founding {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly token: FoundingToken,
    private readonly ministry: MinistryService,
    private readonly policies: Policies,
    private readonly posts: PostsService,
    private readonly log: StatementLog,
    private readonly announcer: Announcer,
  ) {}

  /**
   * The same founding again changes nothing, so that a lost answer does no harm.
   * Throws ALREADY_FOUNDED, FOUNDING_TOKEN_INVALID, BAD_INPUT, STATEMENT_INVALID; nothing is recorded then.
   */
  async found(input: FoundMinistryInput): Promise<MinistryEntity> {
    const fresh = await this.source.transaction(async (manager) => {
      await this.log.lock(manager);
      const [known] = await manager.find(MinistryEntity);
      if (known) return requireSame(known, input);
      await this.token.require(input.foundingToken, manager);
      const act = readAct(input);
      await this.enterPosts(input, manager);
      const appended = await this.log.append(manager, input.statements, act.policy, PATH);
      await this.enterMinistry(input, act, manager);
      return appended.fresh;
    });
    await this.announcer.announce(fresh);
    return this.ministry.get();
  }

  private async enterPosts({ posts }: FoundMinistryInput, manager: EntityManager): Promise<void> {
    if (posts.length === 0 || posts.length > MAX_POSTS) throw badInput('input.posts', `from 1 to ${String(MAX_POSTS)}`);
    for (const [index, post] of posts.entries()) {
      await this.posts.create(post, `input.posts.${String(index)}`, manager);
    }
  }

  private async enterMinistry(input: FoundMinistryInput, act: FoundingAct, manager: EntityManager): Promise<void> {
    const rootFingerprint = Buffer.from(fingerprintOf(input.statements));
    const { ministry: id, name } = act.root;
    const row = { id, only: true, name, rootFingerprint, foundedAt: this.clock.now() };
    await manager.insert(MinistryEntity, row);
    await this.policies.enter(1, input.policy, manager);
    await this.token.discard(manager);
  }
}

/** Nothing is new when it is the ministry that stands. Throws ALREADY_FOUNDED. */
function requireSame({ rootFingerprint }: MinistryEntity, { statements }: FoundMinistryInput): [] {
  if (equalBytes(rootFingerprint, fingerprintOf(statements))) return [];
  throw new Refusal('ALREADY_FOUNDED', 'this server serves a ministry already');
}

function fingerprintOf([root]: readonly Uint8Array[]): Uint8Array {
  return statementId(root ?? new Uint8Array());
}

/** What has to fit together before the chain of signatures is looked at. */
function readAct(input: FoundMinistryInput): FoundingAct {
  requireName(input.name, 'input.name');
  const policy = readPolicyText(input.policy, 'input.policy');
  const bodies = input.statements.map((payload, index) => parse(payload, placeOf(index, PATH)).body);
  requireOrder(bodies);
  const [root, appoint, enrol, clear, addDevice, assign] = bodies as unknown as ByType<typeof ORDER>;
  if (root.name !== input.name) throw badInput('input.name', 'is not the name in the root statement');
  if (!equalBytes(root.policyHash, sha256(utf8(input.policy)))) {
    throw invalidPolicy('is not the policy that the root statement names', 'input.policy');
  }
  if ([enrol, clear, addDevice, assign].some(({ person }) => person !== appoint.person)) {
    throw badInput('input.statements', 'have to be about one person');
  }
  if (input.posts.every(({ id }) => id !== enrol.post)) throw badInput('input.posts', "lack the first officer's post");
  return { root, policy };
}

function requireOrder(bodies: readonly StatementBody[]): void {
  const given = bodies.map(({ type }) => type).join(', ');
  const known = [ORDER, [...ORDER, ...SERVER_KEYS]].map((types) => types.join(', '));
  if (!known.includes(given)) throw badInput('input.statements', `has to be ${known.join(', or ')}`);
}

type ByType<T extends readonly StatementBody['type'][]> = { [K in keyof T]: Extract<StatementBody, { type: T[K] }> };
