import type { RunMessage } from '../../simulator/index.ts';

/** A message that says something, or several in a row that only say that all is well. */
export type Folded =
  | { readonly type: 'message'; readonly message: RunMessage }
  | { readonly type: 'quiet'; readonly messages: readonly RunMessage[] };

/**
 * Folds what repeats without news: heartbeats with empty answers, polls, probe results that pass, and their answers. What is
 * lost, doubled or refused is never folded. `breaks` are moments at which something else happens, which no fold goes across.
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
