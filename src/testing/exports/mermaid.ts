import { isHostPath, momentsOf, type AnyPath } from '../test-path.ts';

/** Mermaid ends a message at `;` and a word at `#`, so both are escaped. */
const text = (raw: string): string => raw.replaceAll(/[#;\r\n]/g, (sign) => ESCAPES[sign] ?? ' ');

const ESCAPES: Readonly<Record<string, string>> = { '#': '#35;', ';': '#59;' };

const PARTICIPANTS = {
  agent: ['participant W as workers and probes', 'participant M as machine (agent)'],
  'control-plane': ['participant W as agent, over the wire', 'participant M as machine (control plane)'],
  rollout: ['participant W as control plane', 'participant M as machine (rollout)'],
} as const;

/** A path as a sequence diagram. */
export function pathMermaid(path: AnyPath): string {
  const lines = momentsOf(path).flatMap(({ event, note, before, after, effects, refusal }) => {
    const details = [...('seq' in event ? [`seq ${event.seq}`] : []), ...(note === null ? [] : [text(note)])];
    const sent = `W->>M: ${text(event.type)}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
    if (refusal !== null) {
      const why = 'invariant' in refusal ? String(refusal.invariant) : refusal.kind;
      return [sent, `M--xW: refused, ${why}`];
    }
    const moved = before.state === after.state ? [] : [`Note over M: ${after.state}`];
    return [sent, ...effects.map(({ type }) => `M-->>W: ${type}`), ...moved];
  });
  const all = [...PARTICIPANTS[isHostPath(path) ? path.side : 'rollout'], `Note over M: ${path.start.state}`, ...lines];
  // Mermaid cannot parse an empty title.
  const title = text(path.name).trim();
  const titled = title === '' ? all : [`title ${title}`, ...all];
  return ['sequenceDiagram', ...titled.map((line) => `  ${line}`), ''].join('\n');
}
