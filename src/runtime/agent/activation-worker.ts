import { workOnJob } from './work-on-job.ts';

// A worker outlives the agent, its session and a service stop: it ends only when its command does.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const [folder = '', id = ''] = process.argv.slice(2);
await workOnJob(folder, id);
