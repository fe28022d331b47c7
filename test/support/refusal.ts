/** Matches an error by its code, and by the field that it names. */
export const refusal = (code: string, field?: string): Error =>
  expect.objectContaining(field === undefined ? { code } : { code, field }) as Error;
