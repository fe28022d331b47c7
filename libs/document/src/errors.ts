/** Says where in a foreign document something stands that a body does not hold, and what. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';

  /** @param path such as `content.3.attrs.label`; empty for the document itself. */
  constructor(
    readonly path: string,
    message: string,
    readonly reason: 'INVALID' | 'TOO_LARGE' = 'INVALID',
  ) {
    super(path === '' ? message : `${path}: ${message}`);
  }
}
