import { blockerWords, remedyWords, type HeldBy, type Holding, type RootCause } from '../../simulator/index.ts';
import { groupBy } from '../../text/index.ts';

/** Hosts held by the same cause: one entry in the list of waiting hosts. */
export interface WaitingGroup {
  readonly key: string;
  readonly heldBy: HeldBy;
  /** In words, without repetition; the one that holds most hosts comes first. */
  readonly reasons: readonly string[];
  readonly waiting: readonly Holding[];
  /** What to do; `null` if it ends on its own. */
  readonly remedy: string | null;
}

/** Not `Infinity`: the difference of two would be NaN. */
const MOST_MS = Number.MAX_VALUE;

/** Groups hosts by what holds them, and those of a stopped rollout by rollout. */
export function groupWaiting(waiting: readonly Holding[]): readonly WaitingGroup[] {
  const groups = groupBy(waiting, ({ rolloutId, blocker: { heldBy } }) =>
    heldBy === 'rollout-stopped' ? `${heldBy} ${rolloutId}` : heldBy,
  );
  return [...groups].map(([key, members]) => {
    const [first] = members;
    if (first === undefined) throw new RangeError('A group has at least one host.');
    const alike = alikeIn(members);
    return {
      key,
      heldBy: first.blocker.heldBy,
      reasons: reasonsOf(alike),
      remedy: remedyOf(first, members),
      // The host that will be free first comes first.
      waiting: members.toSorted((a, b) => (a.untilRunMs ?? MOST_MS) - (b.untilRunMs ?? MOST_MS)),
    };
  });
}

/**
 * Hosts held by one gate may wait for different budgets, waves or reboots. Groups them by those words, most hosts
 * first.
 */
function alikeIn(waiting: readonly Holding[]): readonly (readonly [words: string, members: readonly Holding[]])[] {
  // Cached, because thousands of hosts share one hold.
  const wordsOf = new Map<unknown, string>();
  const alike = groupBy(waiting, ({ rolloutId, blocker }) => {
    const shared = 'hold' in blocker ? blocker.hold : blocker;
    let words = wordsOf.get(shared);
    if (words === undefined) wordsOf.set(shared, (words = blockerWords('each', rolloutId, blocker)));
    return words;
  });
  return [...alike].toSorted(([, a], [, b]) => b.length - a.length);
}

function reasonsOf(alike: ReturnType<typeof alikeIn>): readonly string[] {
  return alike.map(([words, members]) => {
    const [only, second] = members;
    if (only !== undefined && second === undefined) return blockerWords(only.hostname, only.rolloutId, only.blocker);
    return alike.length === 1 ? words : `${members.length.toLocaleString('en')}: ${words}`;
  });
}

/** Hosts with the same needs differ only in name. */
function remedyOf(first: Holding, members: readonly Holding[]): string | null {
  const wordsFor = (holding: Holding) => remedyWords([first.hostname], holding, null);
  const words = wordsFor(first);
  if (words === null) return null;
  const alike = members.filter((each) => wordsFor(each) === words);
  return remedyWords(
    alike.map(({ hostname }) => hostname),
    first,
    null,
  );
}

const MOST_ROOTS = 3;

/** A cause, and the roots to name for it. */
export interface NamedCause extends RootCause {
  readonly named: RootCause['roots'];
}

/** Names the roots of each cause; if there are many, one not named before. */
export function nameRoots(causes: readonly RootCause[]): readonly NamedCause[] {
  const before = new Set<RootCause['roots'][number]>();
  return causes.map((cause) => {
    const { roots } = cause;
    const at = Math.max(
      0,
      roots.findIndex((root) => !before.has(root)),
    );
    const named = roots.length > MOST_ROOTS ? roots.slice(at, at + 1) : roots;
    named.forEach((root) => before.add(root));
    return { ...cause, named };
  });
}
