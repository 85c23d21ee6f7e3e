/** What to use in place of features that other deployment tools have and NixFleet does not. */
const REMEDIES: readonly { readonly words: readonly string[]; readonly remedy: string }[] = [
  {
    words: ['abort', 'cancel', 'stop', 'undo', 'revert', 'rollback', 'roll-back'],
    remedy:
      'No operator can abort or roll back a rollout. Publish the earlier closures under a new ref, with `do: publish`.',
  },
  {
    words: ['pause', 'resume', 'freeze', 'approve', 'approval', 'promote', 'window', 'windows', 'schedule'],
    remedy: 'Nothing pauses a rollout or waits for approval. Publish later, with `do: publish` and `at`.',
  },
  {
    words: ['drain', 'cordon', 'uncordon', 'decommission', 'remove', 'remove-host', 'join', 'add', 'add-host'],
    remedy:
      'Hosts join and leave with a fleet file: `do: publish` with `fleet`. `take-offline` switches a host off, and `pin` in the file keeps its closure.',
  },
  {
    words: ['scale', 'restart', 'retry', 'redeploy', 'force', 'skip'],
    remedy: 'The control plane dispatches each host once for a ref. Publish a new ref, with `do: publish`.',
  },
  {
    words: ['clear', 'clearance', 'unquarantine', 'quarantine'],
    remedy:
      'Only a rollback quarantines a closure, and nothing clears it. Publish another closure, with `do: publish`.',
  },
];

/** The remedy for such an action or setting; `null` for any other word. */
export function missingActionRemedy(word: string): string | null {
  const lower = word.toLowerCase();
  return REMEDIES.find(({ words }) => words.includes(lower))?.remedy ?? null;
}
