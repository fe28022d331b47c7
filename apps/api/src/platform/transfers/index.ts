export { Collector } from './collector.js';
export { PieceBudget } from './pieceBudget.js';
export { answerPart, countIn, rangeOf, readInto } from './pieces.js';
export type { OutgoingPart } from './pieces.js';
export { quotaStatements } from './quota.js';
export { TransfersModule } from './transfers.module.js';
