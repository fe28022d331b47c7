import type { Logger } from 'typeorm';

import type { Log } from '../log/log.js';

const nothing = (): void => undefined;

/** TypeORM's log lines hold statements and values; ours keep that something happened. */
export function quietLogger(log?: Log): Logger {
  return {
    logQuery: nothing,
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: (level) => {
      if (level === 'warn') log?.warn('database.warning');
    },
  };
}
