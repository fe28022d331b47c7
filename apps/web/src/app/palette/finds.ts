import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import type { Desk } from '../../worker/protocol.js';
import { allCommands } from '../commands.js';
import { useSession } from '../session.js';

/** Something that the palette offers. */
export interface Find {
  readonly id: string;
  readonly kind: 'command' | 'conversation' | 'person' | 'paper';
  readonly text: string;
  /** Where it leads; commands have `run` instead. */
  readonly path?: string;
  readonly run?: () => void;
  readonly marking?: string;
  /** What tells it from others of its name: the post, the kind, the keys. */
  readonly about?: string | undefined;
}

/** So many of each kind, so that every kind is on the screen. */
const FEW = 5;
/** So many papers are looked at for those whose titles fit best. */
const LOOKED_AT = 20;
/** So many words that begin as the last one does are asked for beside it. */
const COMPLETIONS = 4;
/** Of what is typed, so much at its end is completed: the server takes 200 letters. */
const LONGEST_BEGUN = 100;
/** The server is asked when somebody has stopped typing for so long. */
const DEBOUNCE_MS = 250;

/** What fits the words; until something is typed, commands alone, and nothing is fetched. */
export function useFinds(typed: string) {
  const words = wordsOf(typed);
  const isAsked = words.length > 0;
  const asked = useSettled(typed.trim());
  const { desk } = useSession();
  const here = useQuery({ queryKey: ['palette', 'here'], queryFn: () => inVault(desk), enabled: isAsked, gcTime: 0 });
  const papers = useQuery({
    queryKey: ['palette', 'papers', asked],
    queryFn: () => papersOf(desk, asked),
    enabled: asked !== '',
    gcTime: 0,
    staleTime: 0,
  });
  const isSettled = isAsked && asked === typed.trim();
  const commands = fitting(commandFinds(), words, isAsked ? FEW : Infinity);
  const own = here.data ?? { conversations: [], people: [] };
  const found = [
    ...fitting(own.conversations, words, FEW),
    ...fitting(own.people, words, FEW),
    ...commands,
    ...(isSettled ? (papers.data ?? []) : []),
  ];
  return {
    finds: isAsked ? (here.isPending ? [] : found) : commands,
    isSearching: isAsked && (!isSettled || papers.isPending),
    error: isSettled ? papers.error : null,
  };
}

async function inVault(desk: Desk): Promise<{ conversations: Find[]; people: Find[] }> {
  const { conversations, people } = await desk.frame.findable();
  return {
    conversations: conversations.map(({ id, name, marking, people: members }) => ({
      ...{ id, marking, kind: 'conversation', path: `/conversations/${id}` },
      text: name === '' ? members.join(', ') : name,
    })),
    people: people.map(({ id, name, standing }) => ({
      ...{ id, kind: 'person', text: name, about: standing, path: `/people/${id}` },
    })),
  };
}

/**
 * Papers are searched by whole words, so the last one typed is asked for with the words of readable titles that begin like it.
 * What the title says goes before what the text does.
 */
async function papersOf(desk: Desk, typed: string): Promise<Find[]> {
  const query = [typed, ...(await completionsOf(desk, typed))].join(' ');
  const { hits } = await desk.knowledge.search({ query, first: LOOKED_AT });
  return hits
    .toSorted((one, other) => nearness(one.document.title, typed) - nearness(other.document.title, typed))
    .slice(0, FEW)
    .map(({ document: { id, title, kind }, part, document }) => ({
      ...{ id, kind: 'paper', text: title, about: kind, path: `/papers/${id}` },
      marking: (part ?? document).label.marking,
    }));
}

async function completionsOf(desk: Desk, typed: string): Promise<string[]> {
  const suggestions = await desk.knowledge.suggestions(typed.slice(-LONGEST_BEGUN));
  const words = suggestions.flatMap(({ kind, text }) => (kind === 'WORD' ? [lastOf(text)] : []));
  return words.filter((word) => word !== lastOf(typed).toLowerCase()).slice(0, COMPLETIONS);
}

const lastOf = (text: string): string => /\S*$/u.exec(text)?.[0] ?? '';

/** 0: it is the title; 1: the title begins so; 2: every word begins one of the title's; 3: it stands elsewhere. */
function nearness(title: string, typed: string): number {
  const [own, words] = [wordsOf(title), wordsOf(typed)];
  const [said, wanted] = [own.join(' '), words.join(' ')];
  if (said === wanted) return 0;
  if (said.startsWith(wanted)) return 1;
  return begin(own, words) ? 2 : 3;
}

function commandFinds(): Find[] {
  const others = allCommands().filter(({ id }) => id !== 'palette');
  return others.map(({ id, text, keys, run }) => ({ id, kind: 'command', text, about: keys, run }));
}

/** Every word has to stand at the beginning of one, in any order; accents and case do not matter. */
function fitting(finds: readonly Find[], words: readonly string[], most: number): Find[] {
  const fits = ({ text, about = '' }: Find): boolean => begin(wordsOf(`${text} ${about}`), words);
  return finds.filter(fits).slice(0, most);
}

/** Whether each of the words stands at the beginning of one of `own`. */
function begin(own: readonly string[], words: readonly string[]): boolean {
  return words.every((word) => own.some((one) => one.startsWith(word)));
}

function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** The value, when it has stayed the same for a while. */
function useSettled(value: string): string {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      settle(value);
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return settled;
}
