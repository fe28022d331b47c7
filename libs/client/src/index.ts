export { Client } from './client.js';
export type { Devices, OwnDevice } from './devices/devices.js';
export type { PairingApproval, RevealedDevice } from './devices/pairingApproval.js';
export type { AnsweredPairing } from './devices/pairingRequest.js';
export type { ShortAuthentication } from './devices/transcript.js';
export type {
  CampaignDayView,
  CampaignHolderView,
  CampaignReminderView,
  CampaignView,
  NewCampaign,
} from './rotation/campaignOffice.js';
export type { IdentityRotation } from './rotation/identityRotation.js';
export { verifyReport } from './reports/signedReport.js';
export type { VerifiedReport } from './reports/signedReport.js';
export { verifyExport } from './directory/export.js';
export type { LogReport, VerifyOptions } from './directory/export.js';
export { LOG_ALARM_CODES } from './directory/alarms.js';
export type { LogAlarm, LogAlarmCode } from './directory/alarms.js';
export type { TransparencyLog } from './directory/transparencyLog.js';
export type { CosignerView, LogView, ReleaseView, ServerKeyView } from './directory/types.js';
export type { Recovery, RecoveryCodeOptions, RecoveryRequestView } from './recovery/recovery.js';
export type { Verifications, VerificationView } from './verification/verifications.js';
export { TransferPaused } from './attachments/paused.js';
export { Stop } from './attachments/stop.js';
export { ChanceryError, hasCode, isTransient } from './errors.js';
export { strengthOf } from './passphrase.js';
export type { PassphraseStrength } from './passphrase.js';
export type { Passkey, PasskeySecret, Passkeys } from './vault/passkeys.js';
export type { InvitationView } from './vault/open.js';
export type { ClientPorts } from './client.js';
export type { Row, Sql, SqlValue, Store } from './ports/store.js';
export type { Timer } from './ports/timer.js';
export type { Files, Source, Target } from './ports/files.js';
export type {
  Hint,
  HintHandlers,
  HintSubscription,
  StopSignal,
  TransferAnswer,
  TransferRequest,
  Transport,
} from './ports/transport.js';
export type { PolicyPreview, PolicyView } from './administration/policyOffice.js';
export type * from './administration/types.js';
export type * from './enrolment/types.js';
export type { Named, Said } from './administration/said.js';
export type { OfficerView, RevokedDeviceView, Standing } from './administration/standing.js';
export { verifyEvacuationReport } from './administration/evacuation.js';
export type {
  EvacuatedDevice,
  EvacuatedPerson,
  EvacuationKind,
  EvacuationView,
  VerifiedEvacuation,
} from './administration/evacuation.js';
export type { LogEntryView, LogProof, LogQuery, SignerView } from './directory/entries.js';
export type * from './types.js';
export { verifyAudit } from './audit/verify.js';
export type { AuditVerifyOptions } from './audit/verify.js';
export type * from './audit/types.js';
