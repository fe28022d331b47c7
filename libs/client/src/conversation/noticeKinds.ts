/** What a notice in a conversation can say; none ever changes its meaning, since vaults hold them. */
export const NOTICE_KINDS = [
  'missing', // `count` messages by `person` before this place
  'withheld', // `count` messages that the server does not give out
  'ownMissing', // a message of this device is not where the server took it
  'twice', // a message by `person`
  'late', // a message by `person`
  'repeated', // an earlier message at `place`
  'unreadable', // the message at `place`
  'ahead', // `person` names a place that comes later
  'forked', // `person` was given something else before `place`
  'frozen', // a change of the membership at `place` was refused
  'proposal', // a proposal at `place` was not taken
  'stuck', // this device can't process the change at `place`
  'sentStale', // this person chose to send though the others were not heard of
] as const;
