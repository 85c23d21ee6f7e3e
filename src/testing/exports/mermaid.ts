import type { TestPath } from '../test-path.ts';

/** Mermaid ends a message at `;` and a word at `#`; its own escapes bring both back. */
const text = (raw: string): string => raw.replaceAll(/[#;\r\n]/g, (sign) => ESCAPES[sign] ?? ' ');

const ESCAPES: Readonly<Record<string, string>> = { '#': '#35;', ';': '#59;' };

const PARTICIPANTS = {
  agent: ['participant W as workers and probes', 'participant M as machine (agent)'],
  'control-plane': ['participant W as agent, over the wire', 'participant M as machine (control plane)'],
} as const;

/** A path as a sequence diagram. */
export function pathMermaid(path: TestPath): string {
  let state = path.start.state;
  const lines = path.steps.flatMap(({ event, note, expected }) => {
    const sent = `W->>M: ${text(event.type)} (seq ${event.seq}${note === null ? '' : `, ${text(note)}`})`;
    if (!expected.ok) {
      const why = 'invariant' in expected.error ? expected.error.invariant : expected.error.kind;
      return [sent, `M--xW: refused, ${why}`];
    }
    const effects = expected.effects.map((effect) => `M-->>W: ${effect.type}`);
    const moved = expected.state.state === state ? [] : [`Note over M: ${expected.state.state}`];
    state = expected.state.state;
    return [sent, ...effects, ...moved];
  });
  const all = [...PARTICIPANTS[path.side], `Note over M: ${path.start.state}`, ...lines];
  return ['sequenceDiagram', `  title ${text(path.name)}`, ...all.map((line) => `  ${line}`), ''].join('\n');
}
