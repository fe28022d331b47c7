import { useIntl } from 'react-intl';

import { useText } from '../text/text.js';
import { Choice } from './choice.js';
import { Field } from './controls.js';

/** A post as somebody fills it in. */
export interface PostForm {
  readonly name: string;
  /** ISO 3166-1 alpha-2, in any case; empty for a department. */
  readonly country: string;
  /** IANA name. */
  readonly timeZone: string;
}

interface PostFieldsProps {
  readonly post: PostForm;
  readonly onChange: (post: PostForm) => void;
  /** Where it is known already; else the country says it. */
  readonly kind?: 'DEPARTMENT' | 'MISSION';
  /** Whether the first field has the focus when it appears. */
  readonly autoFocus?: boolean;
  /** What is wrong with a field. */
  readonly errorOf?: (field: keyof PostForm) => string | undefined;
}

const noError = (): undefined => undefined;

/** What a post is called, and where in the world it is. */
export function PostFields({ post, onChange, kind, autoFocus = false, errorOf = noError }: PostFieldsProps) {
  const text = useText();
  const change = (part: Partial<PostForm>): void => {
    onChange({ ...post, ...part });
  };
  return (
    <>
      <Field
        label={text('posts.name')}
        value={post.name}
        onChange={(name) => {
          change({ name });
        }}
        error={errorOf('name')}
        autoFocus={autoFocus}
        autoComplete="off"
        isRequired
      />
      {kind !== 'DEPARTMENT' && (
        <CountryField
          value={post.country}
          onChange={(country) => {
            change({ country });
          }}
          error={errorOf('country')}
          isOfMission={kind === 'MISSION'}
        />
      )}
      <Choice
        label={text('posts.zone')}
        value={post.timeZone}
        onChange={(timeZone) => {
          change({ timeZone });
        }}
        options={zoneOptions}
        error={errorOf('timeZone')}
      />
    </>
  );
}

interface CountryFieldProps {
  readonly value: string;
  readonly onChange: (country: string) => void;
  readonly error: string | undefined;
  readonly isOfMission: boolean;
}

/** Two letters, and the country that they stand for. */
function CountryField({ value, onChange, error, isOfMission }: CountryFieldProps) {
  const text = useText();
  const intl = useIntl();
  const about = text(isOfMission ? 'posts.countryOfMission' : 'posts.countryAbout');
  const code = value.trim().toUpperCase();
  const named = /^[A-Z]{2}$/u.test(code)
    ? intl.formatDisplayName(code, { type: 'region', fallback: 'none' })
    : undefined;
  return (
    <Field
      label={text('posts.country')}
      description={named ?? about}
      value={value}
      onChange={onChange}
      error={error}
      maxLength={2}
      autoComplete="off"
      isRequired={isOfMission}
    />
  );
}

/** The zone of this machine. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Browsers know zones, such as UTC, that they do not list. */
const zoneOptions = [...new Set([...Intl.supportedValuesOf('timeZone'), ownZone])]
  .sort()
  .map((zone) => ({ id: zone, text: zone }));
