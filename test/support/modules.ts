/** What a module of `src` may import, and why. */
export interface Module {
  readonly name: string;
  /** The modules it may import. Nothing else is allowed, even if a listed module imports it. */
  readonly modules: readonly string[];
  /** The packages it may import; `node:` stands for all of Node's built-in modules. */
  readonly packages: readonly string[];
  readonly why: string;
  /** Whether agents and control planes embed it: no clock, randomness, timers, I/O or console. */
  readonly pure: boolean;
}

/**
 * The modules, lowest first: a module may import only those above it in this list. ARCHITECTURE.md shows the same table.
 */
export const modules: readonly Module[] = [
  {
    name: 'text',
    modules: [],
    packages: [],
    why: 'Text formats that several modules share.',
    pure: true,
  },
  {
    name: 'machine',
    modules: [],
    packages: ['xstate'],
    why: 'Agents and control planes embed the host statechart, so xstate is its only dependency.',
    pure: true,
  },
  {
    name: 'rollout',
    modules: ['machine'],
    packages: ['xstate'],
    why: 'The rollout statechart refers to host states.',
    pure: true,
  },
  {
    name: 'wire',
    modules: ['text', 'machine'],
    packages: [],
    why: 'Messages are the events and records of the machines, as JSON.',
    pure: true,
  },
  {
    name: 'fleet',
    modules: ['text', 'machine', 'wire'],
    packages: ['zod'],
    why: 'The fleet file is untrusted input, so zod reads it.',
    pure: true,
  },
  {
    name: 'agent',
    modules: ['text', 'machine', 'wire'],
    packages: [],
    why: 'The agent knows the control plane only through the wire format.',
    pure: true,
  },
  {
    name: 'control-plane',
    modules: ['text', 'machine', 'rollout', 'wire', 'fleet'],
    packages: [],
    why: 'The control plane knows agents only through the wire format.',
    pure: true,
  },
  {
    name: 'simulator',
    modules: ['text', 'machine', 'rollout', 'wire', 'fleet', 'agent', 'control-plane'],
    packages: ['pure-rand', 'yaml', 'zod', 'node:'],
    why: 'Simulated fleets run on the two real cores. Scenarios are files, and many runs use threads.',
    pure: false,
  },
  {
    name: 'plan',
    modules: ['text', 'machine', 'fleet', 'control-plane', 'simulator'],
    packages: ['yaml', 'zod'],
    why: 'A plan simulates two fleet files, and reads files of durations and of accepted lints.',
    pure: false,
  },
  {
    name: 'runtime',
    modules: ['text', 'machine', 'rollout', 'wire', 'fleet', 'agent', 'control-plane', 'simulator'],
    packages: ['canonicalize', 'libsql', '@opentelemetry/api', 'zod', 'node:'],
    why: 'The cores as processes, with real disks, databases, sockets and processes around them.',
    pure: false,
  },
  {
    name: 'testing',
    modules: ['text', 'machine', 'rollout', 'wire', 'fleet', 'control-plane', 'runtime'],
    packages: ['xstate', 'pure-rand', 'zod', 'node:', 'a computed import'],
    why: 'Other implementations run as processes or are imported, and are tested against charts and ports. Random walks need a seed, and fixtures are files.',
    pure: false,
  },
  {
    name: 'visualize',
    modules: ['text', 'machine', 'rollout', 'control-plane', 'simulator', 'testing'],
    packages: ['xstate', 'zod', 'node:'],
    why: 'The page shows the charts and replays recorded runs.',
    pure: false,
  },
  {
    name: 'cli',
    modules: ['text', 'machine', 'fleet', 'control-plane', 'simulator', 'plan', 'runtime', 'testing', 'visualize'],
    packages: ['commander', 'node:', 'a computed import'],
    why: 'Commands combine the other modules, and load the adapter that the user names.',
    pure: false,
  },
];

/** The main entry point, `src/index.ts`. Importing it loads only these modules. */
export const face: Module = {
  name: 'index.ts',
  modules: ['machine', 'rollout'],
  packages: [],
  why: 'Importing the package loads the two machines and xstate.',
  pure: true,
};

/** The page runs in a browser and is bundled separately, so it has its own packages. */
export const page: Module = {
  name: 'visualize/web',
  modules: ['text', 'machine', 'fleet', 'testing', 'visualize', 'simulator'],
  packages: ['react', 'react-dom'],
  why: 'The page runs the machines that it shows.',
  pure: false,
};

/** The module of a file below `src`; `null` if it is in none. */
export function moduleOf(path: string): Module | null {
  if (path === 'src/index.ts') return face;
  if (path.startsWith(`src/${page.name}/`)) return page;
  return modules.find((module) => path.startsWith(`src/${module.name}/`)) ?? null;
}
