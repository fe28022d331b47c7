/**
 * 256 words of four and five letters, no two of which begin with the same three: whoever reads them out over a bad line is
 * understood. One word stands for one byte.
 */
const WORDS =
  'abbey actor adobe agent album alert amber angel apple arena aspen atlas audio award bacon badge bagel ' +
  'baker balmy banjo basil beach bench berry bison blaze bloom board bonus booth brave brick broom bugle ' +
  'cabin camel candy cargo cedar chalk chess chief cider cigar civic clock coast cobra comet coral couch ' +
  'crane crisp cross curve daily dance debut decoy delta denim diary digit diner dozen draft dress drift ' +
  'eagle earth easel ebony elbow ember empty enjoy epoch equal essay event fable fairy feast fence ferry ' +
  'fever fiber field flame flint flood focus forge frost fruit fudge gamma gauge genre ghost giant glass ' +
  'globe goose grain green guest guide habit handy hazel heart hedge hinge hobby honey horse hotel humor ' +
  'icing igloo image index inlet ivory jeans jelly jewel joint jolly judge juice kayak kiosk knife label ' +
  'lance large laser lemon level lilac linen lobby local lotus lucky lunar magic mango maple march medal ' +
  'melon merit metal mimic minor model money motor mouse music navy nerve niece noble north novel nurse ' +
  'oasis ocean olive onion opera orbit organ otter outer oxide panda pasta patio peach pedal penny piano ' +
  'pilot pixel plaza polar pouch prism proud pulse pupil queen quilt radar raven realm rebel ridge rifle ' +
  'river robin royal ruler rumor salad sauna scale scout serum shark shell siren skate slate smile snack ' +
  'solar sonic spice squid stone sugar sunny swan syrup table tango tempo tiger topaz tower train trust ' +
  'tulip twist uncle union urban valve vapor video villa vivid vocal wagon water whale wheel yacht yeast ' +
  'zebra';

const LIST: readonly string[] = WORDS.split(' ');

/** One word a byte. */
export function wordsOf(bytes: Uint8Array): string[] {
  return [...bytes].map((byte) => LIST[byte] ?? '');
}
