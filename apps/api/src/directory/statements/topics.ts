/** Topic of the pub/sub port: the log of statements has grown. Payload: sequence number of the newest one, in decimal digits. */
export const DIRECTORY_GROWN_TOPIC = 'directory.grown';
