import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import { AppConfig } from '../../../config/index.js';
import { Log } from '../../log/log.js';
import type { ClearanceFilter } from '../clearanceFilter.js';
import type { Generation } from '../indexState.js';
import type { SearchRequest } from '../queryPlan.js';
import type { RankedDocument } from '../ranking.js';
import { Backoff } from './backoff.js';
import { EmbeddingError, EmbeddingProvider } from './embeddingProvider.js';
import type { EmbeddingFailure } from './embeddingProvider.js';
import { EmbeddingStore } from './embeddingStore.js';
import { MAX_FUSED, fuse } from './fusion.js';

/** So long a search waits for the vector of its question; without it words alone decide. */
const PATIENCE_MS = 300;
/** Most of a question that is sent, in UTF-16 code units. */
const MAX_QUESTION = 2000;
/** Questions whose vectors are kept, so that the pages of one answer are in one order. */
const MAX_KEPT = 500;

/** The vector of a question; undefined where words alone decide. */
export type Meant = Float32Array | undefined;

/**
 * Joins nearness in meaning to a ranking by words, where a service for it is configured and the question may be sent there. Looks at
 * nothing but papers that the reader may read, and at no service but by the reader's own questions: neither the papers that are
 * hidden nor how the service takes them shows in an answer.
 */
@Injectable()
export class Meaning {
  private readonly backoff = new Backoff();
  /** In the order of use, by the hash of the text. */
  private readonly kept = new Map<string, Float32Array>();

  constructor(
    private readonly config: AppConfig,
    private readonly provider: EmbeddingProvider,
    private readonly store: EmbeddingStore,
    private readonly log: Log,
  ) {}

  /** Never rejects, and takes no longer than a search may wait. */
  async ofQuestion(request: SearchRequest, filter: ClearanceFilter): Promise<Meant> {
    const text = questionText(request);
    if (text === '' || request.order !== 'relevance' || !this.mayAsk(filter)) return undefined;
    const key = createHash('sha256').update(text).digest('base64url');
    const known = this.kept.get(key);
    if (known) return this.keep(key, known);
    return this.backoff.isOver ? this.ask(key, text) : undefined;
  }

  /** The same papers, ordered by words and meaning. `ranked` is best first, all of it papers that the reader may read. */
  async join(
    ranked: readonly RankedDocument[],
    question: Meant,
    generation: Generation,
  ): Promise<readonly RankedDocument[]> {
    if (!question || ranked.length < 2) return ranked;
    const ids = ranked.slice(0, MAX_FUSED).map(({ documentId }) => documentId);
    const vectors = await this.store.load(ids, generation);
    if ([...vectors.values()].some(({ length }) => length !== question.length)) {
      this.kept.clear();
      this.failed('DIMENSIONS', this.backoff.start());
      return ranked;
    }
    this.backoff.succeeded();
    return fuse(ranked, question, vectors);
  }

  private mayAsk(filter: ClearanceFilter): boolean {
    const { embedding } = this.config;
    if (!embedding || filter.isEmpty) return false;
    return embedding.questions === 'all' || filter.asksWithin(embedding.level);
  }

  private async ask(key: string, text: string): Promise<Meant> {
    const startedAt = this.backoff.start();
    try {
      const [vector] = await this.provider.embed([text], AbortSignal.timeout(PATIENCE_MS));
      return vector && this.keep(key, vector);
    } catch (error) {
      this.failed(error instanceof EmbeddingError ? error.code : 'UNREADABLE', startedAt);
      return undefined;
    }
  }

  private failed(code: EmbeddingFailure, startedAt: number): void {
    if (this.backoff.failed(startedAt))
      this.log.warn('embedding.question.failed', { code, pauseMs: Math.round(this.backoff.leftMs) });
  }

  /** Moves what was used to the end of the map. */
  private keep(key: string, vector: Float32Array): Float32Array {
    this.kept.delete(key);
    this.kept.set(key, vector);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return vector;
  }
}

function questionText({ words, phrases }: SearchRequest): string {
  return [words, ...phrases.map(({ text }) => text)].join(' ').trim().slice(0, MAX_QUESTION);
}
