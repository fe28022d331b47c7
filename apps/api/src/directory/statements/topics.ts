/** Topic of the pub/sub port: the log of statements has grown. Payload: sequence number of the newest one, in decimal digits. */
export const DIRECTORY_GROWN_TOPIC = 'directory.grown';

/** Topic of the pub/sub port: an act waits for a second officer, or was decided. Payload: its id. */
export const APPROVALS_CHANGED_TOPIC = 'approvals.changed';
