export { AccessModule } from './access.module.js';
export { AccessChanges } from './accessChanges.js';
export { DEVICE_REVOKED_TOPIC, DeviceDirectory, PERSON_CHANGED_TOPIC } from './deviceDirectory.js';
export type { KnownDevice } from './deviceDirectory.js';
export { PERMISSIONS_OF, Role, permissionsOf } from './roles.js';
export { Authenticated, CurrentCaller, Public, Requires } from './rules.js';
export type { Caller, Permission, Rule } from './rules.js';
export { rootFields, rulesOf } from './ruleTable.js';
export type { FieldName } from './ruleTable.js';
