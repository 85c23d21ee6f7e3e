import { count } from '../../text/index.ts';
import { blockerWords } from './blocker-words.ts';
import { causeWords } from './cause-words.ts';
import { remedyWords } from './remedy-words.ts';
import type { HostTrack } from './run-history.ts';
import type { FormatTime } from './verdict-words.ts';
import type { Why } from './why.ts';

/** One line of the chain from a waiting host down to the root. */
export interface WhyLine {
  /** 0 for the host in question. */
  readonly depth: number;
  readonly text: string;
  /** The host that the line is about; `null` if it only counts others. */
  readonly host: HostTrack | null;
  /** What to do about it; `null` if it ends on its own, or is not a root. */
  readonly remedy: string | null;
}

/** The chain as lines, each below the one that waits for it. */
export function whyLines(why: Why, clock: FormatTime, depth = 0): readonly WhyLine[] {
  const { host, holding, failure, causes, more } = why;
  const isRoot = causes.length === 0 && more === 0;
  const remedy = isRoot ? remedyWords([host.hostname], holding, failure) : null;
  return [
    { depth, text: lineText(why, clock), host, remedy },
    ...causes.flatMap((cause) => whyLines(cause, clock, depth + 1)),
    ...(more > 0 ? [{ depth: depth + 1, text: `and ${count(more, 'more host')}`, host: null, remedy: null }] : []),
  ];
}

function lineText({ host, holding, failure }: Why, clock: FormatTime): string {
  const { hostname } = host;
  if (failure !== null) {
    const cause = causeWords(failure.cause, failure.revertedTo, failure.rollbackLied);
    return `${hostname} failed at ${clock(failure.runMs)}${cause === '' ? '' : `: ${cause}`}`;
  }
  if (holding === null) return `${hostname} is done`;
  const { state, blocker, rolloutId, sinceRunMs } = holding;
  return `${hostname} is ${state}, held by ${blocker.heldBy} since ${clock(sinceRunMs)}: ${blockerWords(hostname, rolloutId, blocker)}`;
}
