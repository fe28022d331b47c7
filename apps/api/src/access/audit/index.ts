export { AuditEntryEntity } from './audit.entity.js';
export { AuditResolver } from './audit.resolver.js';
export { AuditTrail } from './auditTrail.js';
export { RepeatedNotes } from './repeatedNotes.js';
