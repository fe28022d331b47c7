import styles from './facts.module.css';

interface FactsProps {
  readonly facts: readonly (readonly [name: string, value: React.ReactNode])[];
}

/** Names and what they are. Words stand at the reader's own side, in their own direction. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className={styles['facts']}>
      {facts.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{typeof value === 'string' ? <bdi>{value}</bdi> : value}</dd>
    </>
  );
}
