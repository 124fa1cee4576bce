export { AuditLog, type AuditRow, audit } from './audit';
