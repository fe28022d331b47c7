/** Why texts have no vectors. A code only: neither the texts nor what the service said. */
export type EmbeddingFailure = 'OFF' | 'UNREACHABLE' | 'SLOW' | 'REFUSED' | 'TOO_LARGE' | 'UNREADABLE' | 'DIMENSIONS';

/** Thrown where a service did not answer with vectors. */
export class EmbeddingError extends Error {
  constructor(readonly code: EmbeddingFailure) {
    super(`no vectors: ${code}`);
    this.name = 'EmbeddingError';
  }
}

/** Port: turns texts into vectors whose nearness is nearness of meaning, whatever language they are in. */
export abstract class EmbeddingProvider {
  /**
   * One vector a text, each of length 1 and all of as many dimensions. The caller bounds how many texts there are, how long each is
   * and, by the signal, for how long it waits. Throws EmbeddingError and nothing else.
   */
  abstract embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
}

/** Stands where no service is configured. */
export class NoEmbeddings extends EmbeddingProvider {
  override embed(): Promise<Float32Array[]> {
    return Promise.reject(new EmbeddingError('OFF'));
  }
}
