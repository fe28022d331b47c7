/** A statement that each connection may prepare once. */
interface QuotaStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * How bytes are counted in a table of `scope text PRIMARY KEY, bytes bigint`. `take` ($1 scope, $2 bytes, $3 limit) answers
 * with a row where there was room; one row a scope, so that two who ask at once cannot both have the last of it. `giveBack`
 * takes $1 scope, $2 bytes.
 */
export function quotaStatements(table: string): Readonly<Record<'take' | 'giveBack', QuotaStatement>> {
  const take = `
    INSERT INTO ${table} AS u (scope, bytes) SELECT $1, $2::bigint WHERE $2::bigint <= $3::bigint
    ON CONFLICT (scope) DO UPDATE SET bytes = u.bytes + EXCLUDED.bytes WHERE u.bytes + EXCLUDED.bytes <= $3::bigint
    RETURNING 1`;
  const giveBack = `UPDATE ${table} SET bytes = bytes - $2::bigint WHERE scope = $1`;
  return {
    take: { name: `take ${table}`, text: take },
    giveBack: { name: `give back ${table}`, text: giveBack },
  };
}
