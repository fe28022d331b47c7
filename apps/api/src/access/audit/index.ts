export { AuditEntryEntity } from './audit.entity.js';
export { AuditEntryType, AuditHeadInput } from './audit.types.js';
export { AuditResolver } from './audit.resolver.js';
export { AuditTrail } from './auditTrail.js';
export type { RecordedEntry } from './auditTrail.js';
export { RepeatedNotes } from './repeatedNotes.js';
