import type { ControlPlane } from '../../../src/control-plane/control-plane-state.ts';
import type { NameMap } from '../../../src/control-plane/name-map.ts';
import { valuesOf } from '../../../src/control-plane/vector.ts';

type Trie<Value> = Exclude<NameMap<Value>, Map<string, Value>>;
type Node<Value> = NonNullable<Trie<Value>['root']>;

/** What a control plane knows, whatever it keeps it in: one that works in place has other containers. */
export function contentOf(controlPlane: ControlPlane) {
  return {
    ...controlPlane,
    rollouts: [...valuesOf(controlPlane.rollouts)].map((rollout) => ({
      ...rollout,
      hosts: [...valuesOf(rollout.hosts)],
    })),
    hosts: new Map(entriesOf(controlPlane.hosts)),
  };
}

function entriesOf<Value>(map: NameMap<Value>): readonly (readonly [string, Value])[] {
  if (map instanceof Map) return [...map];
  return map.root === null ? [] : leavesOf(map.root).map(({ name, value }) => [name, value]);
}

function leavesOf<Value>(node: Node<Value>): readonly Extract<Node<Value>, { readonly kind: 'leaf' }>[] {
  switch (node.kind) {
    case 'leaf':
      return [node];
    case 'clash':
      return node.leaves;
    case 'fork':
      return node.children.flatMap(leavesOf);
  }
}
