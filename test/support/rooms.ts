/** What one room of `src` may import, and why. */
export interface Room {
  readonly name: string;
  /** The rooms that it stands on. Whatever is not named is not allowed, also when it would be reached indirectly. */
  readonly rooms: readonly string[];
  /** The packages from outside; `node:` stands for all of Node's own. */
  readonly packages: readonly string[];
  readonly why: string;
  /** Rooms that agents and control planes embed: no clock, randomness, timers, I/O or console. */
  readonly pure: boolean;
}

/**
 * The rooms, lowest first: a room may stand only on rooms above it in this list. ARCHITECTURE.md shows the same table to
 * people.
 */
export const rooms: readonly Room[] = [
  {
    name: 'text',
    rooms: [],
    packages: [],
    why: 'Plain forms of text that several rooms read.',
    pure: true,
  },
  {
    name: 'machine',
    rooms: [],
    packages: ['xstate'],
    why: 'The host statechart is embedded in agents and control planes: xstate is all that it may bring along.',
    pure: true,
  },
  {
    name: 'rollout',
    rooms: ['machine'],
    packages: ['xstate'],
    why: 'The rollout statechart speaks of hosts in the words of their machine.',
    pure: true,
  },
  {
    name: 'wire',
    rooms: ['text', 'machine'],
    packages: [],
    why: 'What crosses the wire is the vocabulary of the machines as JSON.',
    pure: true,
  },
  {
    name: 'fleet',
    rooms: ['text', 'machine', 'wire'],
    packages: ['zod'],
    why: 'The fleet file becomes rollouts, and is read with zod because it comes from outside.',
    pure: true,
  },
  {
    name: 'agent',
    rooms: ['text', 'machine', 'wire'],
    packages: [],
    why: 'The agent decides with what the rooms below know, and never sees the control plane but through the wire.',
    pure: true,
  },
  {
    name: 'control-plane',
    rooms: ['text', 'machine', 'rollout', 'wire', 'fleet'],
    packages: [],
    why: 'The control plane decides with what the rooms below know, and never sees an agent but through the wire.',
    pure: true,
  },
  {
    name: 'simulator',
    rooms: ['text', 'machine', 'rollout', 'wire', 'fleet', 'agent', 'control-plane'],
    packages: ['pure-rand', 'yaml', 'zod', 'node:'],
    why: 'Simulated fleets run on the two real cores; scenarios are read from files and runs spread over threads.',
    pure: false,
  },
  {
    name: 'testing',
    rooms: ['text', 'machine', 'rollout', 'wire'],
    packages: ['xstate', 'pure-rand', 'zod', 'node:'],
    why: 'Another implementation, in a process of its own, is tested against the charts alone; random walks repeat from a seed, and fixtures are read from files.',
    pure: false,
  },
  {
    name: 'visualize',
    rooms: ['text', 'machine', 'rollout', 'control-plane', 'simulator', 'testing'],
    packages: ['xstate', 'zod', 'node:'],
    why: 'The picture is made from the charts, and replays what a simulated run has written down.',
    pure: false,
  },
  {
    name: 'cli',
    rooms: ['text', 'machine', 'fleet', 'simulator', 'testing', 'visualize'],
    packages: ['commander', 'node:', 'a computed import'],
    why: 'A command puts together whatever it needs, the adapter that its user names included.',
    pure: false,
  },
];

/** The public face of the core, `src/index.ts`: whoever imports it loads these rooms and nothing else. */
export const face: Room = {
  name: 'index.ts',
  rooms: ['machine', 'rollout'],
  packages: [],
  why: 'Importing the package loads the two machines and xstate.',
  pure: true,
};

/** The page runs in a browser and is built by itself, so the packages that it shows with are its own. */
export const page: Room = {
  name: 'visualize/web',
  rooms: ['machine', 'fleet', 'testing', 'visualize', 'simulator'],
  packages: ['react', 'react-dom'],
  why: 'The page embeds the machines that it shows.',
  pure: false,
};

/** The room of a file below `src`, or null when it lies in none. */
export function roomOf(path: string): Room | null {
  if (path === 'src/index.ts') return face;
  if (path.startsWith(`src/${page.name}/`)) return page;
  return rooms.find((room) => path.startsWith(`src/${room.name}/`)) ?? null;
}
