import { ACT_HEADER } from '../../libs/contracts/src/index.js';
import type { TestServer } from './server.js';

/** An error as a client gets it. */
export interface ClientError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly field?: string; readonly remedy?: string; requestId?: string };
}

export interface ClientAnswer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly ClientError[];
}

/** Sends one operation over HTTP as a client does. */
export async function ask(
  server: Pick<TestServer, 'url'>,
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
  act?: string,
): Promise<ClientAnswer> {
  const headers = {
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
    ...(act && { [ACT_HEADER]: act }),
  };
  const body = JSON.stringify({ query, variables });
  const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  const { data = null, errors = [] } = (await answer.json()) as Partial<ClientAnswer>;
  return { status: answer.status, data, errors };
}

/** Codes of the errors of an answer, in order. */
export function codesOf(answer: ClientAnswer): string[] {
  return answer.errors.map((error) => error.extensions.code);
}
