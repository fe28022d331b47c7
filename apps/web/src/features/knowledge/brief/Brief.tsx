import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';

import type { TopBlock } from '#document';

import { failureOf } from '../../../app/failure.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { ActionLink, Button } from '../../../ui/controls.js';
import { Banner, Marking } from '../../../ui/marking.js';
import { Skeleton } from '../../../ui/states.js';
import type { Paper } from '../../../worker/knowledge/protocol.js';
import { Blocks } from '../reading/Blocks.js';
import { Missing } from '../reading/Paper.js';
import { usePaper } from '../reading/usePaper.js';
import { textOf } from '../textOf.js';
import { directionOf, useNames } from '../words.js';
import styles from './brief.module.css';

/** What do we want, what do they want, what do we say? Of a negotiation, ready for the table. */
export function Brief({ id }: { readonly id: string }) {
  const paper = usePaper(id);
  const order = useOrder(paper.data?.kind);
  const failure = failureOf(paper);
  if (failure) return <Missing error={failure} />;
  if (!paper.data || !order) return <Skeleton rows={8} />;
  return <Folder paper={paper.data} order={order} />;
}

/** The headings with which papers of this kind begin, in their order. */
function useOrder(kind: string | undefined): readonly string[] | undefined {
  const { desk } = useSession();
  const { data } = useQuery({ queryKey: ['knowledge', 'kinds'], queryFn: () => desk.writing.kinds() });
  const template = data?.find(({ id }) => id === kind)?.template.content ?? [];
  return data && template.filter(({ type }) => type === 'heading').map(textOf);
}

interface FolderProps {
  readonly paper: Paper;
  readonly order: readonly string[];
}

function Folder({ paper, order }: FolderProps) {
  const text = useText();
  const sections = sectionsOf(paper.body.content, order);
  const named = (index: number): Section[] => sections.filter(({ title }) => title === order[index]);
  const others = sections.filter(({ title }) => !order.includes(title));
  const [OBJECTIVES, OPENING, THEIRS, ARGUMENTS, RESPONSE, PRESS, BACKGROUND, AGENDA] = order.keys();
  const at = (index: number | undefined): Section[] => (index === undefined ? [] : named(index));
  return (
    <main className={styles['brief']}>
      <Banner text={paper.marking} />
      <p className={styles['printed']}>{paper.marking}</p>
      <header className={styles['head']}>
        <h1 dir="auto" lang={paper.language}>
          {paper.title}
        </h1>
        <Marking text={paper.marking} />
        <span className={styles['gap']} />
        <ActionLink to={`/papers/${paper.id}`}>{text('brief.whole')}</ActionLink>
        <Button onPress={print}>{text('brief.print')}</Button>
      </header>
      <Part title={text('brief.objectives')} paper={paper} sections={at(OBJECTIVES)} />
      <div className={styles['table']}>
        <Part title={text('brief.ours')} paper={paper} sections={at(OPENING)}>
          <SeparateParts paper={paper} />
        </Part>
        <Part title={text('brief.theirs')} paper={paper} sections={at(THEIRS)} />
      </div>
      <Part
        title={text('brief.lines')}
        paper={paper}
        sections={[...at(ARGUMENTS), ...at(RESPONSE), ...at(PRESS)]}
        isNamed
      />
      <Part title={text('brief.agenda')} paper={paper} sections={at(AGENDA)} />
      <Part title={text('brief.background')} paper={paper} sections={[...at(BACKGROUND), ...others]} isNamed />
      <p className={styles['printed']}>{paper.marking}</p>
    </main>
  );
}

interface Section {
  readonly title: string;
  readonly blocks: readonly TopBlock[];
}

/** What stands below each heading of the kind, or of a rank as high; what stands above the first has no title. */
function sectionsOf(blocks: readonly TopBlock[], order: readonly string[]): Section[] {
  const known = blocks.flatMap((block) =>
    block.type === 'heading' && order.includes(textOf(block)) ? [block.attrs.level] : [],
  );
  const rank = Math.max(1, ...known);
  const isHead = (block: TopBlock): boolean => block.type === 'heading' && block.attrs.level <= rank;
  const starts = blocks.flatMap((block, index) => (isHead(block) ? [index] : []));
  const bounds = starts[0] === 0 ? starts : [0, ...starts];
  return bounds
    .map((start, index) => {
      const [first, ...rest] = blocks.slice(start, bounds[index + 1]);
      if (first && isHead(first)) return { title: textOf(first), blocks: rest };
      return { title: '', blocks: first ? [first, ...rest] : [] };
    })
    .filter(({ title, blocks: inside }) => title !== '' || inside.length > 0);
}

interface PartProps {
  readonly title: string;
  readonly paper: Paper;
  readonly sections: readonly Section[];
  /** Each under its own heading. */
  readonly isNamed?: boolean;
  readonly children?: React.ReactNode;
}

function Part({ title, paper, sections, isNamed = false, children }: PartProps) {
  const heading = useId();
  const said = sections.filter(({ blocks }) => blocks.some((block) => textOf(block) !== ''));
  if (said.length === 0 && children === undefined) return null;
  return (
    <section aria-labelledby={heading} className={styles['part']}>
      <h2 id={heading}>{title}</h2>
      {said.map((section, index) => (
        <Text key={index} paper={paper}>
          {isNamed && section.title !== '' && <h3 dir="auto">{section.title}</h3>}
          <Blocks document={{ type: 'doc', content: section.blocks }} portions={paper.portions} />
        </Text>
      ))}
      {children}
    </section>
  );
}

/** What the paper says, in its own language. */
function Text({ paper: { language }, children }: { readonly paper: Paper; readonly children: React.ReactNode }) {
  return (
    <div lang={language} dir={directionOf(language)}>
      {children}
    </div>
  );
}

/** Red lines and fallback: whoever may not read them is given nothing, and nothing stands in their place. */
function SeparateParts({ paper }: { readonly paper: Paper }) {
  const names = useNames();
  return paper.parts.map((part) => (
    <div key={part.id} className={styles['separate']}>
      <h3>
        {names.field(part.slot ?? '')} <Marking text={part.label.marking} />
      </h3>
      <Text paper={paper}>
        <Blocks document={part.body} portions={part.portions} />
      </Text>
    </div>
  ));
}
