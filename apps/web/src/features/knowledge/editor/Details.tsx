import { Disclosure, DisclosurePanel } from 'react-aria-components';
import { useIntl } from 'react-intl';

import { useText } from '../../../text/text.js';
import { AreaField } from '../../../ui/area.js';
import { Choice } from '../../../ui/choice.js';
import { Button, Field } from '../../../ui/controls.js';
import { DayField } from '../../../ui/day.js';
import type { Kind, Written } from '../../../worker/writing/protocol.js';
import forms from '../forms.module.css';
import { useNames } from '../words.js';
import styles from './editor.module.css';
import { LANGUAGES_OF_PAPERS, languageName } from './languages.js';

interface DetailsProps {
  readonly written: Written;
  readonly kind: Kind | undefined;
  readonly change: (part: Partial<Written>) => void;
}

/** What the paper says of itself, and the fields of its kind. */
export function Details({ written, kind, change }: DetailsProps) {
  const text = useText();
  const names = useNames();
  return (
    <Disclosure className={styles['details'] ?? ''}>
      <Button slot="trigger" manner="quiet">
        {text('details.title', { kind: names.kind(String(written.kind)) })}
      </Button>
      <DisclosurePanel>
        <div className={forms['two']}>
          <Origin written={written} change={change} />
          <Subjects written={written} change={change} />
        </div>
        {kind && <Fields written={written} kind={kind} change={change} />}
      </DisclosurePanel>
    </Disclosure>
  );
}

type Part = Omit<DetailsProps, 'kind'>;

const LINES = ['number', 'from', 'to', 'place'] as const;

function Origin({ written, change }: Part) {
  const text = useText();
  const { locale } = useIntl();
  const languages = [...new Set([written.language, ...LANGUAGES_OF_PAPERS])];
  return (
    <>
      <Choice
        label={text('paper.language')}
        value={written.language}
        options={languages.map((id) => ({ id, text: languageName(locale, id) }))}
        onChange={(language) => {
          change({ language });
        }}
      />
      <DayField
        label={text('details.date')}
        value={/^\d{4}-\d{2}-\d{2}$/.test(written.date ?? '') ? (written.date ?? '') : ''}
        onChange={(date) => {
          change({ date: date === '' ? null : date });
        }}
      />
      {LINES.map((name) => (
        <Field
          key={name}
          label={text(`details.${name}`)}
          value={written[name] ?? ''}
          onChange={(value) => {
            change({ [name]: value === '' ? null : value });
          }}
        />
      ))}
    </>
  );
}

const listOf = (typed: string): string[] => typed.split(/[,،]\s*/u).filter((word) => word.trim() !== '');

function Subjects({ written, change }: Part) {
  const text = useText();
  return (
    <>
      <Field
        label={text('details.topics')}
        description={text('details.commas')}
        defaultValue={(written.topics ?? []).join(', ')}
        onChange={(typed) => {
          change({ topics: listOf(typed) });
        }}
      />
      <Field
        label={text('details.countries')}
        description={text('details.codes')}
        defaultValue={(written.countries ?? []).join(', ')}
        onChange={(typed) => {
          const codes = listOf(typed).map((code) => code.trim().toUpperCase());
          change({ countries: codes.filter((code) => /^[A-Z]{2}$/.test(code)) });
        }}
      />
    </>
  );
}

/** Those that are parts with labels of their own have editors of their own. */
function Fields({ written, kind, change }: DetailsProps & { readonly kind: Kind }) {
  const names = useNames();
  const own = kind.fields.filter((name) => !kind.parts.includes(name));
  const fields = written.fields ?? [];
  return (
    <div className={forms['two']}>
      {own.map((name) => (
        <AreaField
          key={name}
          label={names.field(name)}
          rows={2}
          value={fields.find((field) => field.name === name)?.value ?? ''}
          onChange={(value) => {
            const others = fields.filter((field) => field.name !== name);
            change({ fields: value === '' ? others : [...others, { name, value }] });
          }}
        />
      ))}
    </div>
  );
}
