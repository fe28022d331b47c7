/** Words of a heading and the kind of document that they mean; the first that fits counts. */
const KINDS: readonly (readonly [words: RegExp, kind: string])[] = [
  [/\beditorial note\b/iu, 'editorial-note'],
  [/\bnon[- ]?paper\b/iu, 'non-paper'],
  [/\baide[- ]m[ée]moire\b/iu, 'aide-memoire'],
  [/\bnotes? verbales?\b|^(?:diplomatic |formal )?note$/iu, 'note-verbale'],
  [/\bminutes\b|\bsummary notes of\b/iu, 'minutes'],
  [/\bmemorand(?:um|a) of (?:.* )?(?:conversations?|discussions?|conference|meeting)\b/iu, 'record-of-conversation'],
  [/\bconversation\b|\b(?:notes (?:of|on|from))\b|\brecord of\b|\bmemcon\b/iu, 'record-of-conversation'],
  [/\b(?:telegrams?|cables?|airgrams?)\b/iu, 'cable'],
  [/\bnegotiati(?:on|ng) brief\b|\bscope paper\b/iu, 'negotiation-brief'],
  [/\btalking points\b|\blines to take\b|\bspeaking notes\b/iu, 'lines-to-take'],
  [/\binstruction\b|\bcircular\b/iu, 'circular'],
  [/\bmemorand(?:um|a)\b/iu, 'memorandum'],
  [/\bletters?\b/iu, 'letter'],
  [/\bmessages?\b/iu, 'message'],
  [/\breports?\b|\bestimates?\b|\bstud(?:y|ies)\b|\bdes?patch\b|\bintelligence note\b/iu, 'report'],
  [/\btreaty\b|\bagreement\b|\bprotocol\b|\bconvention\b/iu, 'treaty'],
  [/\bspeech\b|\baddress by\b|\bremarks\b/iu, 'speech'],
  [/\bstatements?\b|\bpress release\b|\bcommuniqu[ée]\b|\bdeclaration\b/iu, 'statement'],
  [/\bpolicy\b|\bdirective\b/iu, 'policy'],
  [/\bpapers?\b/iu, 'paper'],
  [/\bbulletin\b|\barticle\b/iu, 'article'],
];

/** The kind that stands for what is not known. */
export const UNKNOWN_KIND = 'report';

/** The id of the kind of document that the words of a heading mean, or undefined. */
export function kindFromWords(words: string): string | undefined {
  return KINDS.find(([pattern]) => pattern.test(words))?.[1];
}
