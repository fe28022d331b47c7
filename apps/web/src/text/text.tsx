import { createContext, useContext, useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { IntlProvider, useIntl } from 'react-intl';

import type { Trouble } from '../worker/protocol.js';
import en from './en/index.js';

/** Every text of the interface, by name. */
export type TextId = keyof typeof en;
type Values = Readonly<Record<string, string | number>>;
type Catalogue = Readonly<Record<TextId, string>>;

/** Languages by their own names, as people look for them. */
export const LANGUAGES = { en: 'English', fr: 'Français', ar: 'العربية', ru: 'Русский', uz: 'Oʻzbekcha' } as const;
export type Language = keyof typeof LANGUAGES;

/** English comes with the page, so that there are always words; the others when they are asked for. */
const CATALOGUES: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: () => Promise.resolve(en),
  fr: async () => (await import('./fr/index.js')).default,
  ar: async () => (await import('./ar/index.js')).default,
  ru: async () => (await import('./ru/index.js')).default,
  uz: async () => {
    const [{ teachUzbekDays }, { default: uz }] = await Promise.all([
      import('./uzbekDays.js'),
      import('./uz/index.js'),
    ]);
    teachUzbekDays();
    return uz;
  },
};
const KEPT = 'language';

const Choice = createContext<(language: Language) => void>(() => undefined);

interface Spoken {
  readonly language: Language;
  readonly texts: Catalogue;
}

/** Gives everything inside the person's language and direction; what was there before stays until the words have come. */
export function TextProvider({ children }: { readonly children: React.ReactNode }) {
  const [chosen, choose] = useState(remembered);
  const [{ language, texts }, speak] = useState<Spoken>({ language: 'en', texts: en });
  useEffect(() => {
    let isWanted = true;
    void CATALOGUES[chosen]().then((catalogue) => {
      if (isWanted) speak({ language: chosen, texts: catalogue });
    });
    localStorage.setItem(KEPT, chosen);
    return () => {
      isWanted = false;
    };
  }, [chosen]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
  }, [language]);
  return (
    <Choice value={choose}>
      <I18nProvider locale={language}>
        <IntlProvider locale={language} messages={texts} defaultLocale="en">
          {children}
        </IntlProvider>
      </I18nProvider>
    </Choice>
  );
}

export const useLanguageChoice = (): ((language: Language) => void) => useContext(Choice);

/** The words for a text, with its values. */
export function useText(): (id: TextId, values?: Values) => string {
  const intl = useIntl();
  return (id, values) => intl.formatMessage({ id }, values);
}

/** What happened, what is safe, what to do next. */
export function useTroubleText(): (trouble: Trouble) => string {
  const text = useText();
  return ({ code, message, field = '' }) => {
    const id = `trouble.${code}`;
    return isText(id) ? text(id, { field: field === '' ? 'none' : field }) : text('trouble.other', { code, message });
  };
}

/** Whether there are words of this name: what comes from elsewhere may ask for others. */
export const isText = (id: string): id is TextId => Object.hasOwn(en, id);

/** What the person has chosen before, else what their browser asks for. */
function remembered(): Language {
  const wanted = [localStorage.getItem(KEPT) ?? '', ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find(isLanguage) ?? 'en';
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}
