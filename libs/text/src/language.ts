/** ISO 639-2 and older codes that papers carry, as ISO 639-1. */
const OLDER_CODES: Readonly<Record<string, string>> = {
  ara: 'ar',
  chi: 'zh',
  zho: 'zh',
  cmn: 'zh',
  deu: 'de',
  ger: 'de',
  ell: 'el',
  gre: 'el',
  eng: 'en',
  fra: 'fr',
  fre: 'fr',
  hin: 'hi',
  iw: 'he',
  ron: 'ro',
  rum: 'ro',
  rus: 'ru',
  spa: 'es',
  tha: 'th',
  tur: 'tr',
  uzb: 'uz',
  vie: 'vi',
};

/** The primary language of a BCP 47 tag in lower case: `en-GB` → `en`, `zh-Hans` → `zh`, `eng` → `en`; '' stays ''. */
export function primaryLanguage(tag: string): string {
  const primary = (tag.split(/[-_]/u)[0] ?? '').toLowerCase();
  return OLDER_CODES[primary] ?? primary;
}
