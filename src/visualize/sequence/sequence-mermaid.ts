import type { Sequence } from './sequence.ts';

/** The diagram as text for Mermaid. */
export function sequenceMermaid(hostname: string, { items }: Sequence): string {
  const lines = items.map((item) => {
    switch (item.type) {
      case 'message': {
        const { message, words } = item;
        const [from, to] = message.from === 'agent' ? ['agent', 'control'] : ['control', 'agent'];
        return `${from}${message.fate === 'arrived' ? '->>' : '-x'}${to}: ${plain(words)}`;
      }
      case 'quiet':
        return `Note over agent,control: ${plain(item.words)}`;
      case 'note':
        return `Note ${item.side === 'agent' ? 'left of agent' : 'right of control'}: ${plain(item.words)}`;
    }
  });
  return [
    'sequenceDiagram',
    `  participant agent as ${plain(hostname)}`,
    '  participant control as control plane',
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** In Mermaid, a semicolon ends a line and a hash starts an entity. */
const plain = (text: string): string => text.replaceAll('#', '#35;').replaceAll(/[;\n\r]/g, ',');
