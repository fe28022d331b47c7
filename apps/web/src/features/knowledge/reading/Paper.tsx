import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale } from 'react-aria-components';
import { useSearch } from 'wouter';

import { DeskError } from '../../../app/desk.js';
import { failureOf } from '../../../app/failure.js';
import { usePlaceKept } from '../../../app/places.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button, Notice } from '../../../ui/controls.js';
import { Banner, Marking } from '../../../ui/marking.js';
import { Failure, Skeleton } from '../../../ui/states.js';
import type { Paper as PaperOf, Standing } from '../../../worker/knowledge/protocol.js';
import { useMay } from '../may.js';
import { textOf } from '../textOf.js';
import { directionOf, useNames } from '../words.js';
import { Acknowledge } from './Acknowledge.js';
import { Blocks } from './Blocks.js';
import { useThreads } from './comments.js';
import { Facts } from './Facts.js';
import { Outline } from './Outline.js';
import { Panel } from './Panel.js';
import { PaperBar } from './PaperBar.js';
import styles from './reading.module.css';
import { ReviewBar } from './ReviewBar.js';
import { usePaper } from './usePaper.js';
import { VersionBar } from './VersionBar.js';

/** Reading first: the outline at one side, the marking in sight, and what is said about it at the other. */
export function Paper({ id }: { readonly id: string }) {
  const asked = new URLSearchParams(useSearch()).get('version');
  const version = asked === null ? undefined : Number(asked);
  const paper = usePaper(id, version);
  const standing = useStanding(paper.data);
  const failure = failureOf(paper);
  if (failure) return <Missing error={failure} />;
  if (!paper.data) return <Skeleton rows={8} />;
  return <Reading paper={paper.data} standing={standing} isOld={version !== undefined} />;
}

function useStanding(paper: PaperOf | undefined): Standing | undefined {
  const { desk } = useSession();
  const { data } = useQuery({
    queryKey: ['paper', paper?.id, 'standing', paper?.collectionId],
    queryFn: () => desk.knowledge.standing(paper?.id ?? '', paper?.collectionId ?? ''),
    enabled: paper !== undefined,
    staleTime: 0,
  });
  return data;
}

/** The same words for what is not there and for what may not be read. */
export function Missing({ error }: { readonly error: Error }) {
  const text = useText();
  const isMissing = error instanceof DeskError && error.trouble.code === 'NOT_FOUND';
  return (
    <main className={styles['missing']}>
      <h1>{text('knowledge.title')}</h1>
      {isMissing ? <Notice>{text('paper.missing')}</Notice> : <Failure error={error} />}
    </main>
  );
}

interface ReadingProps {
  readonly paper: PaperOf;
  /** Undefined until it is known. */
  readonly standing: Standing | undefined;
  /** Not the newest version. */
  readonly isOld: boolean;
}

function Reading({ paper, standing, isOld }: ReadingProps) {
  const place = usePlaceKept(`paper ${paper.id}`);
  const mayWrite = useMay('knowledge.write');
  const [about, setAbout] = useState<string | null>();
  return (
    <main ref={place} className={styles['reading']}>
      <Banner text={paper.marking} />
      <Outline paper={paper} />
      <div className={styles['middle']}>
        <PaperBar
          paper={paper}
          standing={standing}
          isOld={isOld}
          comment={() => {
            setAbout(blockInSight());
          }}
        />
        {isOld && (
          <VersionBar paper={paper} canWrite={mayWrite && standing !== undefined && standing.access !== 'READ'} />
        )}
        {!isOld && <ReviewBar paper={paper} />}
        {standing && !isOld && <Acknowledge paper={paper} duties={standing.duties} />}
        <Sheet paper={paper} comment={setAbout} />
      </div>
      <Panel paper={paper} standing={standing} about={about} setAbout={setAbout} />
    </main>
  );
}

/** The paper itself: what is printed. */
function Sheet({ paper, comment }: { readonly paper: PaperOf; readonly comment: (blockId: string) => void }) {
  const { title, body, portions, parts, marking } = paper;
  const { locale, direction } = useLocale();
  const names = useNames();
  return (
    <article
      className={styles['column']}
      lang={paper.language}
      dir={directionOf(paper.language)}
      data-marking={marking}
    >
      <h1 dir="auto">{title}</h1>
      <div lang={locale} dir={direction} className={styles['front']}>
        <Facts paper={paper} />
      </div>
      <Blocks
        document={body}
        portions={portions}
        beside={(block) =>
          textOf(block) !== '' && <Remark paperId={paper.id} blockId={block.attrs.id} comment={comment} />
        }
      />
      {parts.map((part) => (
        <section key={part.id} aria-label={names.field(part.slot ?? '')} className={styles['part']}>
          <Marking text={part.label.marking} />
          <h2 dir="auto">{part.title}</h2>
          <Blocks document={part.body} portions={part.portions} />
        </section>
      ))}
      <Footnotes paper={paper} />
      <p className={styles['printed']}>{marking}</p>
    </article>
  );
}

interface RemarkProps {
  readonly paperId: string;
  readonly blockId: string;
  readonly comment: (blockId: string) => void;
}

/** Beside a block: how many comments it has, and the way to one more. */
function Remark({ paperId, blockId, comment }: RemarkProps) {
  const text = useText();
  const { threads } = useThreads(paperId);
  const count = threads.filter(({ root }) => root.blockId === blockId && root.resolvedAt === null).length;
  return (
    <Button
      manner="quiet"
      aria-label={count === 0 ? text('comment.on') : text('comment.count', { count })}
      onPress={() => {
        comment(blockId);
      }}
    >
      <span aria-hidden="true">{count === 0 ? '+' : count}</span>
    </Button>
  );
}

function Footnotes({ paper: { footnotes } }: { readonly paper: PaperOf }) {
  const text = useText();
  if (footnotes.length === 0) return null;
  return (
    <section className={styles['footnotes']}>
      <h2>{text('paper.footnotes')}</h2>
      <ol>
        {footnotes.map(({ id, mark, text: note }) => (
          <li key={id} dir="auto">
            <sup>{mark}</sup> {note}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The block in which text is selected, else the topmost in sight; null: none of them, the whole paper. */
function blockInSight(): string | null {
  const selected = getSelection()?.anchorNode?.parentElement?.closest('[data-portion]')?.id;
  if (selected !== undefined && selected !== '') return selected;
  const blocks = [...document.querySelectorAll('article [data-portion]')];
  return blocks.find((block) => block.getBoundingClientRect().top > 80)?.id ?? null;
}
