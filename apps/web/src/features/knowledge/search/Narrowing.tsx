import { useIntl } from 'react-intl';

import { useText } from '../../../text/text.js';
import { Chip } from '../../../ui/chip.js';
import { Check } from '../../../ui/check.js';
import { Choice } from '../../../ui/choice.js';
import { Button } from '../../../ui/controls.js';
import type { SearchPage } from '../../../worker/knowledge/protocol.js';
import { useCollections } from '../home/CollectionTree.js';
import { useNames } from '../words.js';
import { FACETS, ORDERS } from './asked.js';
import type { Facet } from './asked.js';
import type { AskedProps } from './Question.js';
import styles from './search.module.css';

const FEW_VALUES = 8;

/** How the values of a facet read. */
function useValueNames(): (facet: Facet, value: string) => string {
  const names = useNames();
  const intl = useIntl();
  return (facet, value) => {
    if (facet === 'kind') return names.kind(value);
    if (facet === 'status') return names.state(value);
    if (facet === 'country') return nameOf(intl.locale, 'region', value);
    if (facet === 'language') return nameOf(intl.locale, 'language', value);
    return facet === 'level' ? value.replaceAll('_', ' ') : value;
  };
}

function nameOf(locale: string, type: 'region' | 'language', code: string): string {
  try {
    return new Intl.DisplayNames([locale], { type }).of(code) ?? code;
  } catch {
    return code; // not a code at all: shown as it is
  }
}

/** What the answer is narrowed down to, each to be taken away again. */
export function Chips({ asked, ask }: AskedProps) {
  const text = useText();
  const valueName = useValueNames();
  const { data: collections = [] } = useCollections();
  const chosen = FACETS.flatMap((facet) => asked[facet].map((value) => ({ facet, value })));
  if (chosen.length === 0 && asked.collection === undefined) return null;
  const collection = collections.find(({ id }) => id === asked.collection);
  return (
    <div role="group" aria-label={text('search.narrowed')} className={styles['chips']}>
      {chosen.map(({ facet, value }) => (
        <Chip
          key={`${facet} ${value}`}
          onRemove={() => {
            ask({ ...asked, [facet]: asked[facet].filter((one) => one !== value) });
          }}
        >
          {`${text(`search.facet.${facet}`)}: ${valueName(facet, value)}`}
        </Chip>
      ))}
      {asked.collection !== undefined && (
        <Chip
          onRemove={() => {
            ask({ ...asked, collection: undefined });
          }}
        >
          {collection?.name ?? text('search.collection')}
        </Chip>
      )}
    </div>
  );
}

/** Order, and what can be narrowed down by, with counts of what the reader may read. */
export function Narrowing({ asked, ask, facets }: AskedProps & { readonly facets: SearchPage['facets'] }) {
  const text = useText();
  return (
    <aside aria-label={text('search.narrow')} className={styles['narrowing']}>
      <Choice
        label={text('search.order')}
        value={asked.order}
        options={ORDERS.map((id) => ({ id, text: text(`search.order.${id}`) }))}
        onChange={(id) => {
          ask({ ...asked, order: ORDERS.find((order) => order === id) ?? 'RELEVANCE' });
        }}
      />
      <Check
        label={text('search.expired')}
        isSelected={asked.expired}
        onChange={(expired) => {
          ask({ ...asked, expired });
        }}
      />
      {FACETS.map((facet) => (
        <FacetValues
          key={facet}
          facet={facet}
          values={facets.find(({ field }) => field === facet)?.values ?? []}
          chosen={asked[facet]}
          add={(value) => {
            ask({ ...asked, [facet]: [...asked[facet], value] });
          }}
        />
      ))}
    </aside>
  );
}

interface FacetValuesProps {
  readonly facet: Facet;
  readonly values: SearchPage['facets'][number]['values'];
  readonly chosen: readonly string[];
  readonly add: (value: string) => void;
}

function FacetValues({ facet, values, chosen, add }: FacetValuesProps) {
  const text = useText();
  const valueName = useValueNames();
  const offered = values.filter(({ value }) => !chosen.includes(value)).slice(0, FEW_VALUES);
  if (offered.length === 0) return null;
  return (
    <section>
      <h2>{text(`search.facet.${facet}`)}</h2>
      <ul className={styles['values']}>
        {offered.map(({ value, count }) => (
          <li key={value}>
            <Button
              onPress={() => {
                add(value);
              }}
            >
              <bdi>{valueName(facet, value)}</bdi> <span className={styles['quiet']}>({count})</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
