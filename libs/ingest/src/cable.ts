import { present } from './draft.js';

/** The lines over the text of a raw cable. */
export interface CableLines {
  readonly dateTimeGroup?: string;
  readonly from?: string;
  readonly to: readonly string[];
  readonly info: readonly string[];
  readonly executiveOrder?: string;
  readonly tags: readonly string[];
  readonly subject?: string;
  readonly references?: string;
}

/** The heading lines stand in the first part of a cable; what looks like them later is text. */
const HEADING_LINES = 60;
const DATE_TIME_GROUP = /^(?:[ZOPR]\s+)+\d{6}Z\s+[A-Z]{3}\s+\d{2}\b.*$/u;
const STARTS = {
  from: /^(?:FM|FROM)\s*:?\s+(?=\S)/u,
  to: /^TO\s*:?\s+(?=\S)/u,
  info: /^INFO\s*:?\s+(?=\S)/u,
  executiveOrder: /^E\.?\s?O\.?\s+(?=\d{5})/u,
  tags: /^TAGS?\s*:\s*/u,
  subject: /^SUBJ(?:ECT)?\s*:\s*/iu,
  references: /^REFS?(?:ERENCES?)?\s*:\s*/iu,
} as const;
type Line = keyof typeof STARTS;
/** What may go on over several lines. */
const LISTS: ReadonlySet<Line> = new Set(['to', 'info', 'subject', 'references']);

function startOf(line: string): { name: Line; rest: string } | undefined {
  for (const [name, pattern] of Object.entries(STARTS) as [Line, RegExp][]) {
    const match = pattern.exec(line);
    if (match !== null) return { name, rest: line.slice(match[0].length).trim() };
  }
  return undefined;
}

interface Open {
  name: Line;
  block: number;
}

class CableReader {
  private readonly found: Partial<Record<Line, string[]>> = {};
  private group: string | undefined;
  private open: Open | undefined;

  line(text: string, block: number): void {
    const start = startOf(text);
    if (start !== undefined) this.start(start.name, start.rest, block);
    else if (DATE_TIME_GROUP.test(text)) this.group ??= text;
    else if (this.open !== undefined && this.open.block === block && LISTS.has(this.open.name))
      this.found[this.open.name]?.push(text);
    else this.open = undefined;
  }

  result(): CableLines {
    const text = (name: Line): string | undefined => this.found[name]?.join(' ');
    const tags = (this.found.tags ?? []).flatMap((line) => line.split(/[,;]\s*/u)).map((tag) => tag.trim());
    return {
      to: this.found.to ?? [],
      info: this.found.info ?? [],
      tags: tags.filter((tag) => /^[\p{L}\d ()./-]{2,40}$/u.test(tag)),
      ...(this.group === undefined ? {} : { dateTimeGroup: this.group }),
      ...present({
        from: text('from'),
        executiveOrder: text('executiveOrder'),
        subject: text('subject'),
        references: text('references'),
      }),
    };
  }

  private start(name: Line, rest: string, block: number): void {
    if (this.found[name] !== undefined) this.open = undefined;
    else {
      this.found[name] = rest === '' ? [] : [rest];
      this.open = { name, block };
    }
  }
}

/** Reads FM, TO, INFO, E.O., TAGS, SUBJECT and REF lines of a raw cable, given as blocks of lines; nothing is found in other papers. */
export function readCable(blocks: readonly string[]): CableLines {
  const reader = new CableReader();
  let seen = 0;
  for (const [at, block] of blocks.entries()) {
    for (const line of block.split('\n')) {
      reader.line(line.trim(), at);
      seen += 1;
    }
    if (seen > HEADING_LINES) break;
  }
  return reader.result();
}
