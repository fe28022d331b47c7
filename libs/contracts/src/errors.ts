/**
 * Every error that leaves Chancery carries one of these codes; a code never changes its meaning.
 * Each entry says what people can do about it.
 */
export const ERROR_REMEDIES = {
  // access
  UNAUTHENTICATED: 'Open a session with this device, then try again.',
  SESSION_EXPIRED: 'Open a new session with this device, then try again.',
  CHALLENGE_INVALID: 'Ask for a new challenge and sign that one.',
  FORBIDDEN: 'Ask an administrator for the permission that is named.',
  ACT_UNSIGNED: 'Use an up-to-date client, and check the clock of this device: it signs each administrative act.',
  RATE_LIMITED: 'Wait for the time that is named, then try again.',
  // input
  BAD_INPUT: 'Correct the field that is named.',
  BAD_BASE64: 'Send the field as standard base64 with padding.',
  TOO_LARGE: 'Send less at once; the limit is named.',
  BAD_CURSOR: 'Start again from the first page.',
  NOT_FOUND: 'Check the identifier; it may be wrong, or not meant for you.',
  QUERY_REFUSED: 'Ask for less in one request: fewer levels, aliases, fields or operations.',
  CONFLICT: 'Load the newest state, then try again.',
  // directory
  ALREADY_FOUNDED: 'This server serves a ministry already; enrol with a link instead.',
  NOT_FOUNDED: 'Found the ministry first: chancery found --help.',
  FOUNDING_TOKEN_INVALID: 'Use the founding token that the server printed at its first start.',
  STATEMENT_INVALID: 'Nothing was recorded. The statement does not verify; make it again from the newest directory.',
  LINK_INVALID: 'Ask the officer for a new enrolment link.',
  LINK_EXPIRED: 'Ask the officer for a new enrolment link.',
  LINK_USED: 'This link has been used. If it was not you, tell your security officer at once.',
  ROOT_MISMATCH: 'Do not continue. This is not the ministry that the link names; tell your security officer.',
  DEVICE_REVOKED: 'This device was revoked. Speak to your security officer.',
  LOG_ROLLED_BACK:
    'Nothing is sent until the server shows what it showed before; one that was restored from a backup may show less. Tell your security officer: chancery log show.',
  LOG_FORKED: 'The server shows different directories. Nothing is sent; tell your security officer: chancery log show.',
  LOG_UNSIGNED: 'Nothing is sent until the directory is signed. Officers: chancery server-keys show.',
  SPLIT_VIEW: 'A colleague was shown another directory. Nothing is sent; compare with them: chancery log show.',
  AUDIT_BROKEN: 'Do not go on; keep an export (chancery audit export) and tell the auditor and your security officer.',
  APPROVAL_NEEDED: 'Propose the act; another officer has to approve it: chancery approvals --help.',
  OFFICER_TOO_NEW:
    'Have an officer sign who was appointed earlier, or wait until the time that is named: chancery approvals list.',
  APPROVAL_OWN: 'Ask another officer to approve it: chancery approvals list.',
  APPROVAL_CLOSED: 'Propose the act again if it is still needed.',
  POLICY_INVALID:
    'Nothing was changed. Correct the policy until `chancery policy check` finds nothing, then propose it.',
  POLICY_WITHHELD:
    'Nothing is sent until the server shows the security policy that the officers have signed. Tell your security officer.',
  PAIRING_INVALID: 'Start again on the new device. If it happens twice, tell your security officer.',
  PAIRING_EXPIRED: 'Start again on the new device: a code holds for ten minutes.',
  RECOVERY_OUTDATED: 'Make a new recovery code: chancery recovery new.',
  IDENTITY_UNKNOWN:
    'Open your other devices, so that they hand the key over. If it was not you who changed it, tell your security officer at once.',
  RECOVERY_INVALID: 'Check the recovery code, then ask again; an officer has to approve within 72 hours.',
  IDENTITY_CHANGED:
    'Compare the safety number with this person again, or give up the comparison: chancery verify --help.',
  CLAIM_FORGED: 'Do not complete this enrolment. The claim was not made by the holder of the link.',
  // delivery
  KEY_PACKAGE_INVALID: 'Make new KeyPackages with an up-to-date client.',
  NO_KEY_PACKAGE: 'The device has to come online once before it can be added.',
  NOT_A_MEMBER: 'Only members of the conversation can do this.',
  GROUP_INVALID: 'Nothing was created. Make the conversation again with an up-to-date client.',
  COMMIT_INVALID: 'Nothing was changed. Catch up with the conversation, then try again.',
  REMOVAL_DUE: 'Somebody has to be removed from the conversation first; an up-to-date client does it, then sends.',
  CONVERSATION_MOVING: 'The conversation moves to another cipher suite; what you wrote waits, and goes out by itself.',
  STALE_EPOCH: 'Catch up with the conversation; the message is then encrypted again and sent.',
  ENVELOPE_INVALID: 'Nothing was sent. Make the message again with an up-to-date client.',
  LABEL_TOO_HIGH: 'Choose a conversation or collection whose label covers this one.',
  LABEL_UNKNOWN: 'Use a level and categories of the security policy in force.',
  CLEARANCE_TOO_LOW: 'Everyone concerned needs a clearance that covers the label.',
  STAND_INVALID: 'Check the clock of this device; what it says of its place in a conversation is dated.',
  RECEIPT_INVALID: 'Make the receipt again from the newest state.',
  HISTORY_KEY_MISSING: 'Open one of your other devices: it hands the key over by itself.',
  HISTORY_INVALID: 'Nothing of it was taken over; this device goes on without. Tell your security officer.',
  ATTACHMENT_GONE: 'Attach the file again; what no message names within a day is removed.',
  GRANT_INVALID: 'Ask for a new grant; they hold for a quarter of an hour.',
  QUOTA_EXCEEDED: 'Send less, or ask the operator for more room.',
  // knowledge
  KIND_UNKNOWN: 'Use one of the document kinds that are named.',
  DOWNGRADE_NEEDS_APPROVAL:
    'Ask for the lower label with a reason; another person who manages the collection approves it: chancery downgrade --help.',
  INDEX_DIFFERS: 'Searches go on. Repair the index, or build it anew: chancery index --help.',
  SEARCH_UNAVAILABLE: 'Search is being repaired; reading and writing go on. Try again in a minute.',
  // client and command line
  WRONG_PASSPHRASE: 'Try the passphrase again; nothing was changed.',
  WRONG_PASSKEY: 'Open the vault with the passphrase; nothing was changed.',
  PASSPHRASE_WEAK: 'Choose a longer passphrase, for instance four or more unrelated words.',
  VAULT_MISSING: 'Enrol first: chancery enrol --help.',
  VAULT_EXISTS: 'This folder holds a vault already; choose another with --vault.',
  VAULT_BUSY: 'Another program uses this vault; end it, then try again.',
  VAULT_DAMAGED: 'Restore this device from its recovery code, or enrol it again.',
  VAULT_NEWER: 'Use the version of Chancery that wrote it, or a newer one; nothing was changed.',
  VAULT_ROLLED_BACK: 'This is an older copy of the vault; it must not be used. Enrol the device again.',
  DISK_FULL: 'Free some room on the disk, then try again; nothing that was acknowledged is lost.',
  CONVERSATION_FROZEN: 'Do not use this conversation until the security officer has cleared it.',
  FRESHNESS_LIMIT:
    'Ask a colleague by another way whether they receive you, then tell your security officer; chancery send --stale sends all the same.',
  RESYNC_NEEDED:
    'Wait until another member is online: it brings this device back. If it stays, make a new conversation.',
  ORDER_WITHHELD:
    'Nothing is sent to this conversation until the server gives out what it keeps back. Tell your security officer.',
  MESSAGE_GAP: 'Messages are missing; they are asked for again. If it stays, tell your security officer.',
  CLOCK_WRONG: 'Nothing was sent. Set the clock and the date of this device, then try again.',
  OFFLINE: 'The server cannot be reached; what you wrote waits in the outbox.',
  SERVER_UNREACHABLE: 'Check the address and the connection, then try again.',
  REPORT_INVALID: 'Do not rely on this report; ask its author for it again.',
  RELEASE_DIFFERS:
    'Do not use this browser client; keep what was compared, and tell your security officer. After an upgrade: chancery web publish.',
  RELEASE_UNSTATED: 'Have an officer who may appoint state it: chancery web publish.',
  USAGE: 'See the command with --help.',
  FILE_CHANGED: 'Send the file again as it is now; nothing of it was sent.',
  ATTACHMENT_FORGED: 'Do not use the file. Nothing of it was kept; ask the sender, and tell your security officer.',
  FILE_UNREADABLE: 'Check the path and the permissions of the file that is named.',
  // operation
  CONFIG_INVALID: 'Correct the environment variable that is named.',
  PORT_TAKEN: 'Choose another port with CHANCERY_PORT, or end the program that uses it.',
  DATABASE_NEWER:
    'Start the version of Chancery that upgraded it, or a newer one; or restore the backup from before the upgrade. Nothing was changed.',
  BACKUP_DAMAGED: 'Nothing was restored. Take another backup, or another copy of this one.',
  PLACE_IN_USE:
    'A backup is restored into an empty place only: name another data folder (--data) or database (DATABASE_URL).',
  DATABASE_UNAVAILABLE: 'Check that PostgreSQL runs and that DATABASE_URL is right.',
  INTERNAL: 'Try again; if it stays, give the request id to the operator.',
} as const;

export type ErrorCode = keyof typeof ERROR_REMEDIES;

/** The remedy that belongs to a code, in one or two sentences. */
export function remedyFor(code: ErrorCode): string {
  return ERROR_REMEDIES[code];
}
