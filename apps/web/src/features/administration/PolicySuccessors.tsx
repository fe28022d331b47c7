import type { SecurityPolicy } from '#policy';

import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import styles from './Administration.module.css';
import { Part } from './parts.js';
import { goneLevels, goneValues, withLevelSuccessor, withValueSuccessor } from './policyDraft.js';
import type { EditProps } from './policyDraft.js';

/** What is marked with a name that goes has to get another: nothing may be left without a meaning. */
export function PolicySuccessors({ policy, onChange, current }: EditProps & { readonly current: SecurityPolicy }) {
  const text = useText();
  const [levels, values] = [goneLevels(current, policy), goneValues(current, policy)];
  if (levels.length + values.length === 0) return null;
  const row = policy.successions?.find((one) => one.policy === current.id);
  const offered = policy.categories.flatMap(({ tag, values: all }) =>
    all.map(({ id, marking }) => ({ id: `${tag} ${id}`, text: marking })),
  );
  return (
    <Part title={text('policy.successors')}>
      <p className={styles['quiet']}>{text('policy.successorsAbout')}</p>
      <div className={styles['pairs']}>
        {levels.map(({ id, marking }) => (
          <Choice
            key={id}
            label={text('policy.successorOf', { name: marking })}
            value={row?.levels?.find(({ from }) => from === id)?.to}
            onChange={(to) => {
              onChange(withLevelSuccessor({ current, draft: policy }, id, to));
            }}
            options={policy.levels.map((level) => ({ id: level.id, text: level.marking }))}
          />
        ))}
        {values.map((gone) => {
          const move = row?.categories?.find(
            ({ fromTag, fromValue }) => fromTag === gone.tag && fromValue === gone.value,
          );
          return (
            <Choice
              key={`${gone.tag} ${gone.value}`}
              label={text('policy.successorOf', { name: gone.value })}
              value={move && `${move.toTag} ${move.toValue}`}
              onChange={(chosen) => {
                const [tag = '', value = ''] = chosen.split(' ');
                onChange(withValueSuccessor({ current, draft: policy }, gone, [tag, value]));
              }}
              options={offered}
            />
          );
        })}
      </div>
    </Part>
  );
}
