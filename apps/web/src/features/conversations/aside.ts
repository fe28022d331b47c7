/** What stands beside a conversation. */
export type Aside = { readonly show: 'members' } | { readonly show: 'thread'; readonly messageId: string } | undefined;
