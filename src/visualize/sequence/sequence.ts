import type { HostState } from '../../machine/index.ts';
import type { RunEvent, RunMessage } from '../../simulator/index.ts';
import { formatDuration } from '../../text/index.ts';
import { eventText } from '../run-file/event-text.ts';
import { messageWords, quietWords } from './message-words.ts';

/** An item in a sequence diagram. `y` and `toY` are pixels from its top. */
export type SequenceItem =
  | {
      readonly type: 'message';
      readonly y: number;
      readonly toY: number;
      readonly message: RunMessage;
      readonly words: string;
      readonly runMs: number;
    }
  /** Folded messages without news. */
  | { readonly type: 'quiet'; readonly y: number; readonly toY: number; readonly words: string; readonly runMs: number }
  /** An event at one of the two ends. */
  | {
      readonly type: 'note';
      readonly y: number;
      readonly side: 'agent' | 'control-plane';
      /** The state entered; `null` if the note is about something else. */
      readonly state: HostState | null;
      readonly words: string;
      readonly runMs: number;
    };

/** The messages of one host from top to bottom. Quiet stretches are shortened. */
export interface Sequence {
  readonly items: readonly SequenceItem[];
  /** Shortened stretches. */
  readonly gaps: readonly { readonly y: number; readonly words: string }[];
  readonly height: number;
  /** The position of a moment. */
  readonly yAt: (runMs: number) => number;
}

const TOP = 12;
/** The smallest distance between items. */
const ROW = 22;
const ARRIVAL = 3;
/** A stretch of at least this length shows its duration. */
const LONG_MS = 120_000;
const GAP = 26;

type Note = Omit<Extract<SequenceItem, { readonly type: 'note' }>, 'y'>;

/** An item to place: `start` has its own row, and the arrival follows it. */
interface Tick {
  readonly runMs: number;
  readonly isStart: boolean;
  readonly set: (y: number) => void;
}

/** Lays out the recording of a host: `messages` in the order sent, and its own events. */
export function layOutSequence(messages: readonly RunMessage[], events: readonly RunEvent[]): Sequence {
  const notes = events.flatMap((event) => noteOf(event) ?? []);
  const folded = foldQuiet(
    messages,
    notes.map(({ runMs }) => runMs),
  );
  const ticks: Tick[] = [];
  const makers: (() => SequenceItem)[] = [];
  for (const note of notes) {
    let at = 0;
    ticks.push({ runMs: note.runMs, isStart: true, set: (y) => (at = y) });
    makers.push(() => ({ ...note, y: at }));
  }
  for (const each of folded) {
    const [first, last] =
      each.type === 'message' ? [each.message, each.message] : [each.messages[0], each.messages.at(-1)];
    if (first === undefined || last === undefined) throw new RangeError('A fold has at least one message.');
    const runMs = first.sentRunMs;
    let [y, toY] = [0, 0];
    ticks.push({ runMs, isStart: true, set: (place) => (y = toY = place) });
    const end = each.type === 'message' ? last.arrivedRunMs : last.sentRunMs;
    if (end !== null) ticks.push({ runMs: end, isStart: false, set: (place) => (toY = place) });
    makers.push(() =>
      each.type === 'message'
        ? { type: 'message', y, toY, message: each.message, words: messageWords(each.message), runMs }
        : { type: 'quiet', y, toY, words: quietWords(each.messages), runMs },
    );
  }
  const { gaps, height, places } = place(ticks);
  const items = makers.map((make) => make()).toSorted((a, b) => a.y - b.y);
  return { items, gaps, height, yAt: (runMs) => yOf(places, runMs) };
}

interface Place {
  readonly runMs: number;
  readonly y: number;
}

function place(ticks: readonly Tick[]): {
  readonly gaps: Sequence['gaps'];
  readonly height: number;
  readonly places: readonly Place[];
} {
  const gaps: { y: number; words: string }[] = [];
  const places: Place[] = [];
  let y = TOP;
  let lastStart = -ROW;
  let before: number | null = null;
  for (const { runMs, isStart, set } of ticks.toSorted((a, b) => a.runMs - b.runMs)) {
    if (before !== null && runMs - before >= LONG_MS) {
      gaps.push({ y: y + ROW / 2 + GAP / 2, words: formatDuration(runMs - before) });
      y += GAP + ROW / 2;
    } else if (before !== null && runMs > before) y += ARRIVAL;
    if (isStart) {
      y = Math.max(y, lastStart + ROW);
      lastStart = y;
    }
    set(y);
    places.push({ runMs, y });
    before = runMs;
  }
  return { gaps, height: y + ROW, places };
}

function yOf(places: readonly Place[], runMs: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle]?.runMs ?? Infinity) <= runMs) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [places[low - 1], places[low]];
  if (before === undefined) return 0;
  if (after === undefined) return before.y + ROW / 2;
  return before.y + ((after.y - before.y) * (runMs - before.runMs)) / Math.max(1, after.runMs - before.runMs);
}

function noteOf(event: RunEvent): Note | null {
  const { runMs } = event;
  switch (event.type) {
    case 'AgentTransition':
      return { type: 'note', side: 'agent', state: event.to, words: event.to, runMs };
    case 'HostTransition':
      return { type: 'note', side: 'control-plane', state: event.to, words: event.to, runMs };
    case 'RecordTakenOver':
      return { type: 'note', side: 'control-plane', state: event.state, words: `${event.state}, taken over`, runMs };
    case 'AgentBooted':
      return {
        type: 'note',
        side: 'agent',
        state: null,
        words: event.rebooted ? 'the machine started' : 'the agent started',
        runMs,
      };
    case 'Fault':
      return { type: 'note', side: 'agent', state: null, words: eventText(event) ?? event.fault, runMs };
    case 'HostUnreachable':
    case 'HostReachable':
      return { type: 'note', side: 'control-plane', state: null, words: eventText(event) ?? event.type, runMs };
    default:
      return null;
  }
}

/** A message with news, or several consecutive ones without. */
type Folded =
  | { readonly type: 'message'; readonly message: RunMessage }
  | { readonly type: 'quiet'; readonly messages: readonly RunMessage[] };

/**
 * Folds messages without news: heartbeats with empty answers, polls, passing probe results, and their answers. Never
 * folds lost, repeated or refused messages, or across any of `breaks`, when something else happens.
 */
export function foldQuiet(messages: readonly RunMessage[], breaks: readonly number[]): readonly Folded[] {
  const quietSeqs = new Set<string>();
  const folded: Folded[] = [];
  let open: RunMessage[] = [];
  let nextBreak = 0;
  const close = () => {
    if (open.length > 0) folded.push({ type: 'quiet', messages: open });
    open = [];
  };
  for (const message of messages) {
    while ((breaks[nextBreak] ?? Infinity) <= message.sentRunMs) {
      nextBreak += 1;
      close();
    }
    if (isQuiet(message, quietSeqs)) {
      open.push(message);
      continue;
    }
    close();
    folded.push({ type: 'message', message });
  }
  close();
  return folded;
}

function isQuiet({ content, fate, isDuplicate }: RunMessage, quietSeqs: Set<string>): boolean {
  if (fate !== 'arrived' || isDuplicate) return false;
  switch (content.type) {
    case 'heartbeat':
    case 'poll':
      return true;
    case 'heartbeat-answer':
      return content.replayFrom === null && content.bootstrapped.length === 0;
    case 'dispatch':
      return false;
    case 'events': {
      const isCalm = content.events.every((event) => event.type === 'ProbeResult' && event.status === 'pass');
      if (isCalm) for (const { seq } of content.events) quietSeqs.add(`${content.rolloutId} ${seq}`);
      return isCalm;
    }
    case 'events-answer':
      return content.events.every(
        ({ seq, outcome }) => outcome === 'accepted' && quietSeqs.has(`${content.rolloutId} ${seq}`),
      );
  }
}
