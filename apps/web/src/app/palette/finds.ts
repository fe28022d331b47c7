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
    people: people.map(({ id, name, postName }) => ({
      ...{ id, kind: 'person', text: name, about: postName, path: `/people/${id}` },
    })),
  };
}

async function papersOf(desk: Desk, query: string): Promise<Find[]> {
  const { hits } = await desk.knowledge.search({ query, first: FEW });
  return hits.map(({ document: { id, title, kind }, part, document }) => ({
    ...{ id, kind: 'paper', text: title, about: kind, path: `/papers/${id}` },
    marking: (part ?? document).label.marking,
  }));
}

function commandFinds(): Find[] {
  const others = allCommands().filter(({ id }) => id !== 'palette');
  return others.map(({ id, text, keys, run }) => ({ id, kind: 'command', text, about: keys, run }));
}

/** Every word has to stand at the beginning of one, in any order; accents and case do not matter. */
function fitting(finds: readonly Find[], words: readonly string[], most: number): Find[] {
  const fits = ({ text, about = '' }: Find): boolean => {
    const own = wordsOf(`${text} ${about}`);
    return words.every((word) => own.some((one) => one.startsWith(word)));
  };
  return finds.filter(fits).slice(0, most);
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
