export { audit } from './audit';
export { auditAll } from './audit-all';
export { eraseAuditParts, pruneAudit } from './erase';
export { AuditLog, type AuditRow } from './model';
export { sealAudit, unsealedAudit } from './seal';
export { type AuditCheck, type AuditFault, exportAudit, verifyAudit } from './verify';
export { withoutWords } from './without-words';
