import type { RunMessage } from '../../simulator/index.ts';
import { count, formatDuration, shortName } from '../../text/index.ts';
import { outboundText } from '../run-file/event-text.ts';

/** A message that takes longer is late. */
const LATE_MS = 5_000;

export const isLate = ({ sentRunMs, arrivedRunMs }: RunMessage): boolean =>
  arrivedRunMs !== null && arrivedRunMs - sentRunMs >= LATE_MS;

/** The content of a message, and what happened to it if it did not arrive normally. */
export function messageWords(message: RunMessage): string {
  const fate = fateWords(message);
  return fate === '' ? contentWords(message) : `${contentWords(message)} (${fate})`;
}

function fateWords(message: RunMessage): string {
  const { fate, isDuplicate, sentRunMs, arrivedRunMs } = message;
  if (fate === 'lost') return 'lost';
  if (fate === 'bounced') return 'answered by something on the way';
  if (fate === 'unanswered') return 'nobody listened';
  if (isDuplicate) return 'delivered twice';
  return isLate(message) ? `late: took ${formatDuration((arrivedRunMs ?? 0) - sentRunMs)}` : '';
}

const MOST_EVENTS = 2;

function contentWords({ content }: RunMessage): string {
  switch (content.type) {
    case 'events': {
      const shown = content.events.slice(0, MOST_EVENTS).map(outboundText);
      const more = content.events.length - shown.length;
      return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ');
    }
    case 'events-answer': {
      const others = content.events.filter(({ outcome }) => outcome !== 'accepted');
      if (others.length === 0) return 'accepted';
      return others.map(({ seq, outcome }) => `#${seq} ${outcome.replace('-', ' ')}`).join(', ');
    }
    case 'heartbeat':
      return 'heartbeat';
    case 'heartbeat-answer': {
      const { replayFrom, bootstrapped } = content;
      if (replayFrom !== null) return `send again from #${replayFrom}`;
      return bootstrapped.length === 0 ? 'answer' : `start ${bootstrapped.map(shortName).join(', ')}`;
    }
    case 'poll':
      return 'poll for a dispatch';
    case 'dispatch':
      return `dispatch of ${shortName(content.targetClosure)}`;
  }
}

/** The folded messages: `12 heartbeats, 40 passing probe results, 3 polls`. */
export function quietWords(messages: readonly RunMessage[]): string {
  const heartbeats = messages.filter(({ content }) => content.type === 'heartbeat').length;
  const polls = messages.filter(({ content }) => content.type === 'poll').length;
  const results = messages.reduce(
    (sum, { content }) => sum + (content.type === 'events' ? content.events.length : 0),
    0,
  );
  const parts = [
    ...(heartbeats > 0 ? [count(heartbeats, 'heartbeat')] : []),
    ...(results > 0 ? [count(results, 'passing probe result')] : []),
    ...(polls > 0 ? [count(polls, 'poll')] : []),
  ];
  return parts.length === 0 ? 'answers' : parts.join(', ');
}
