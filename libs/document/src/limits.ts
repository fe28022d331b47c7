/** Bounds of one document: whatever is larger is refused before work is spent on it. */
export const LIMITS = {
  /** UTF-16 code units of text, all blocks together. */
  text: 2_000_000,
  /** Nodes of every kind. */
  nodes: 200_000,
  /** Blocks at the top. */
  blocks: 20_000,
  /** Nodes inside each other: a list in a list in a quote has six. */
  depth: 24,
  href: 2000,
} as const;
