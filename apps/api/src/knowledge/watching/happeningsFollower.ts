import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { Jobs } from '../../platform/jobs/index.js';
import { Reminders } from '../acknowledgements/reminders.js';
import { Citations } from '../links/citations.js';
import { SavedChanges } from '../saved/savedChanges.js';
import { HAPPENED_JOB } from './happenings.js';
import { WatchNotices } from './watchNotices.js';

/** Does what follows when something has happened to documents: citations are compared, watchers and saved searches are told. */
@Injectable()
export class HappeningsFollower implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly citations: Citations,
    private readonly watchers: WatchNotices,
    private readonly searches: SavedChanges,
    private readonly reminders: Reminders,
  ) {}

  onModuleInit(): void {
    this.jobs.register(HAPPENED_JOB, (batch, manager) => this.follow(batch, manager));
  }

  private async follow(batch: string, manager: EntityManager): Promise<void> {
    const rows = await manager.query<{ id: string }[]>(
      'SELECT DISTINCT document_id AS id FROM document_happening WHERE batch = $1 ORDER BY 1',
      [batch],
    );
    const ids = rows.map(({ id }) => id);
    await this.citations.follow(ids, manager);
    await this.watchers.tell(batch, manager);
    await this.searches.changed(ids, manager);
    await this.reminders.askAgain(ids, manager);
    await manager.query('DELETE FROM document_happening WHERE batch = $1', [batch]);
  }
}
