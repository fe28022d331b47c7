import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';

import { Authenticated, CurrentCaller } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { pageSize } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Statement, StatementPage } from './statement.model.js';
import { StatementLog } from './statementLog.js';
import { StatementsService } from './statements.service.js';

const MAX_STATEMENT_PAGE = 1000;

@Resolver(() => Statement)
export class StatementsResolver {
  constructor(
    private readonly log: StatementLog,
    private readonly service: StatementsService,
  ) {}

  @Authenticated()
  @Query(() => StatementPage)
  async statements(
    @Args('after', { type: () => Int }) after: number,
    @Args('first', { type: () => Int, defaultValue: 200, nullable: true }) first: number | null,
  ): Promise<StatementPage> {
    if (after < 0) throw new Refusal('BAD_INPUT', 'after is a sequence number from 0', { field: 'after' });
    const statements = await this.log.page(after, pageSize(first ?? 200, MAX_STATEMENT_PAGE));
    return { statements, head: await this.log.head() };
  }

  @Authenticated()
  @Mutation(() => [Int])
  publishStatements(
    @Args('statements', { type: () => [Uint8Array] }) statements: Uint8Array[],
    @CurrentCaller() caller: Caller,
  ): Promise<number[]> {
    return this.service.publish(statements, caller);
  }
}
