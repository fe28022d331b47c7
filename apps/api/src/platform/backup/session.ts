import pg from 'pg';

/** A connection for long work: what bounds the server's own requests would end it in the middle. */
export async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  // a connection that ends is told by the query that waits for it
  client.on('error', () => undefined);
  await client.connect();
  await client.query('SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; SET lock_timeout = 0');
  return client;
}
