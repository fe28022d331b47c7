export { AccessModule } from './access.module.js';
export { AccessChanges } from './accessChanges.js';
export { DeviceDirectory } from './deviceDirectory.js';
export type { KnownDevice } from './deviceDirectory.js';
export { Role } from './roles.js';
export { Authenticated, CurrentCaller, Public, Requires } from './rules.js';
export type { Caller } from './rules.js';
export { rootFields, rulesOf } from './ruleTable.js';
