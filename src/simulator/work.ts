/** What a worker of a host is doing. */
export interface Work {
  readonly kind: 'activation' | 'rollback';
  readonly rolloutId: string;
  readonly closure: string;
}

/** How a worker's job ended. */
export type WorkResult =
  | { readonly type: 'completed'; readonly closure: string }
  | { readonly type: 'failed'; readonly exitCode: number }
  | { readonly type: 'deferred'; readonly component: string; readonly rebootAfterMs: number | null };
