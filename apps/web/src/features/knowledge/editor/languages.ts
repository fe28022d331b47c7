/** Languages in which the house writes; others come with papers from elsewhere. */
export const LANGUAGES_OF_PAPERS = ['en', 'fr', 'ar', 'ru', 'uz', 'es', 'zh', 'de', 'tr', 'fa'] as const;

export function languageName(locale: string, id: string): string {
  return new Intl.DisplayNames([locale], { type: 'language' }).of(id) ?? id;
}
