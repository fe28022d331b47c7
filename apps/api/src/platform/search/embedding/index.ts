export { Backoff } from './backoff.js';
export { EmbeddingError, EmbeddingProvider } from './embeddingProvider.js';
export { EmbeddingStore } from './embeddingStore.js';
export type { EmbeddingState, WaitingEntry } from './embeddingStore.js';
export { paperText } from './paperText.js';
export { isWithin } from './reach.js';
